"""Postings that a background worker makes: what orders them, what takes them up again, what they must leave (Q-04)."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import frappe
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
from frappe.utils import add_days, nowdate

from property_service.low_value import issuing, runs
from property_service.property_service.doctype.card_day_posting import posting as card_days
from property_service.property_service.doctype.card_subsidy_batch import crediting
from property_service.stock import stores as places
from tests import low_value as low_value_line
from tests import stores as stores_line
from tests.faults.postings import People, count, open_till
from tests.site import card_line, purchasing


@dataclass
class Job:
	"""`order()` commits what the job is to do; the job comes to `table` in its middle. `sweep()` is the scheduler's."""

	order: Callable[[], object]
	table: str
	sweep: Callable[[], object]
	effect: Callable[[], dict[str, int]]
	# the row whose times go back, so that the sweep takes the job for lost, and those times
	stale: tuple[str, str, tuple[str, ...]] | None = None


@contextlib.contextmanager
def in_the_background(setting: str):
	"""What is ordered inside is too much to be done at once, by this setting."""
	doc = frappe.get_doc("Property Service Settings")
	before = doc.get(setting)
	doc.update({setting: 0})
	doc.save()
	yield
	doc.reload()
	doc.update({setting: before})
	doc.save()


def subsidy_batch(people: People, table: str) -> Job:
	cards = card_line.Cards(people.cast, people.as_user)
	open_till(people)
	employer = card_line.customer()
	card = cards.card(employer=employer)
	with people.as_user("clerk"):
		month = f"{2000 + int(frappe.generate_hash(length=4), 16) % 900}-03"
		batch = frappe.get_doc(cards.batch_values(employer, {card: 30}, month=month)).insert()

	def order():
		with people.as_user("clerk"):
			batch.submit()

	return Job(
		order,
		table,
		crediting.resume_interrupted,
		lambda: {
			"batch": count("Card Subsidy Batch", name=batch.name, status="Credited"),
			"entry": count("Ledger Posting", source_name=batch.name, journal_entry=("is", "set")),
			"actor": count(
				"Card Transaction",
				card_subsidy_batch=batch.name,
				transacted_by=people.cast.user("clerk"),
				journal_entry=("is", "set"),
			),
		},
		stale=("Card Subsidy Batch", batch.name, ("last_step_on",)),
	)


def subsidies_credited(people: People) -> Job:
	return subsidy_batch(people, "tabCard Subsidy Row")


def subsidies_posted(people: People) -> Job:
	return subsidy_batch(people, "tabGL Entry")


def card_day(people: People) -> Job:
	open_till(people)
	cards = card_line.Cards(people.cast, people.as_user)
	card = cards.card(cash=100)
	paid = cards.pay(card, 7)["transaction"]
	# a day that has passed, and that no other run has posted
	day = nowdate()
	while frappe.db.exists("Card Day Posting", {"posting_date": day}) or day == nowdate():
		day = add_days(day, -1)
	frappe.db.set_value("Card Transaction", paid, "posting_date", day)

	def effect():
		row = frappe.db.get_value("Card Transaction", paid, ["posting_key", "journal_entry"], as_dict=True)
		return {
			"marked": int(bool(row.posting_key)),
			"entry": int(bool(row.journal_entry)),
			"posting": count("Ledger Posting", posting_key=row.posting_key) if row.posting_key else 0,
		}

	def order():
		frappe.enqueue(card_days.post_due, queue="long", enqueue_after_commit=True)

	return Job(order, "tabGL Entry", order, effect)


def amortisation(people: People) -> Job:
	months = frappe.get_all("Amortisation Run", filters={"docstatus": 1}, pluck="month", order_by="month")
	month = frappe.utils.add_months(max(months), 1) if months else low_value_line.months_ago(11, 1)
	item = low_value_line.item("Instalments", 12)
	entry = low_value_line.issue(
		people.stores, people.as_user, item.name, 1, rate=1200, posting_date=frappe.utils.get_last_day(month)
	)
	with people.as_user("stores_accountant"):
		run = frappe.get_doc(
			{"doctype": "Amortisation Run", "company": people.stores.company, "month": month}
		).insert()

	def order():
		with in_the_background("low_value_articles_at_once"), people.as_user("stores_accountant"):
			run.submit()

	def effect():
		(article,) = low_value_line.articles_of(entry)
		return {
			"run": count("Amortisation Run", name=run.name, status="Posted"),
			"entry": count("Ledger Posting", source_name=run.name, journal_entry=("is", "set")),
			"article": article.amortised_amount / 100,
		}

	return Job(
		order,
		"tabGL Entry",
		runs.resume_interrupted,
		effect,
		stale=("Amortisation Run", run.name, ("submitted_on",)),
	)


def pieces_of_an_issue(people: People) -> Job:
	item = low_value_line.item("Fifty-fifty")
	store = purchasing.own_store(people.stores)
	qualified = places.zone_warehouse(store, "Qualified")
	stores_line.put_in(item.name, qualified, 2, rate=1200)
	request = purchasing.issue_request(
		people.stores, people.as_user, item.name, qualified, qty=2, store=store
	)
	with people.as_user("storekeeper"):
		entry = make_stock_entry(request.name).insert()

	def order():
		with in_the_background("low_value_pieces_at_once"), people.as_user("storekeeper"):
			entry.submit()

	def effect():
		articles = low_value_line.articles_of(entry)
		return {
			"articles": len(articles) / 2,
			"entry": int(frappe.db.get_value("Stock Entry", entry.name, "articles_state") == "Made"),
		}

	return Job(order, "tabLow Value Ledger Entry", issuing.make_left_behind, effect)


JOBS = {
	"card subsidies credited": subsidies_credited,
	"card subsidies posted": subsidies_posted,
	"card day posted": card_day,
	"amortisation run": amortisation,
	"articles of an issue": pieces_of_an_issue,
}
