"""Posts what cards paid in a day, one journal entry for a company and day, each movement once (DESK-02, CASH-05).

A job of every day catches up on all days before today. The movements are marked before they are added up, so that what
is posted is what was marked, however many people pay meanwhile; a movement that was committed after its day was posted
goes with the next day's entry.
"""

from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Min, Sum
from frappe.utils import add_days, flt, formatdate, getdate, nowdate

from property_service import settings
from property_service.guards import procedure_is_on
from property_service.ledger import journal
from property_service.property_service.doctype.card_transaction.movements import TRANSACTION
from property_service.rules import service_card as rules
from property_service.rules.money import signed_cents

DAY = "Card Day Posting"


def post_due() -> list[str]:
	"""Daily: every company's days before today that hold movements of cards; returns the postings.

	A company whose entry is refused (an account is missing, a period is closed) keeps none of the others waiting.
	"""
	made = []
	for row in settings.get().companies:
		if not procedure_is_on("registers", row.company):
			continue
		frappe.db.savepoint("card_days")
		try:
			made += post_company(row.company)
		except frappe.UniqueValidationError:
			frappe.db.rollback(save_point="card_days")  # another run is at it
			frappe.clear_messages()
		except frappe.ValidationError:
			frappe.db.rollback(save_point="card_days")
			frappe.clear_messages()
			frappe.log_error(title=f"Card consumption of {row.company} is not posted")
	return made


def post_company(company: str, until: date | None = None) -> list[str]:
	"""Every day up to `until` (default: yesterday) with movements that are not posted, the oldest first."""
	last = until or getdate(add_days(nowdate(), -1))
	made = []
	while day := next_free(company, first_waiting(company, last), last):
		made.append(post_day(company, day))
	return made


def first_waiting(company: str, last: date) -> date | None:
	table = frappe.qb.DocType(TRANSACTION)
	rows = frappe.qb.from_(table).select(Min(table.posting_date)).where(waiting(table, company, last)).run()
	return rows[0][0]


def next_free(company: str, day: date | None, last: date) -> date | None:
	"""The day itself or, where it is posted already, the next one that is not; None when that is still to come."""
	while day and day <= last:
		if not frappe.db.exists(DAY, {"day_key": key_of(company, day)}):
			return day
		day = getdate(add_days(day, 1))
	return None


def key_of(company: str, day: date) -> str:
	return f"{company}|{day}"


def waiting(table, company: str, last: date):
	return (
		(table.company == company)
		& table.transaction_type.isin(rules.BY_DAY)
		& table.posting_key.isnull()
		& (table.docstatus == 1)
		& (table.posting_date <= last)
		& (table.amount != 0)
	)


def post_day(company: str, day: date) -> str:
	"""One entry for everything up to `day` that is not posted. Raises frappe.ValidationError where it cannot be."""
	doc = frappe.get_doc({"doctype": DAY, "company": company, "posting_date": day})
	doc.day_key = key_of(company, day)
	doc.flags.server_write = True
	doc.insert(ignore_permissions=True)  # the calendar posts, nobody by hand; the key lets it happen once
	key = f"{DAY}/{company}/{day}"
	mark(company, day, key)
	number, sums = added_up(company, key)
	rows = [
		journal.Row(row.target.account, row.amount, row.target.cost_center)
		for row in rules.day_postings(sums, accounts(company))
	]
	remark = _("Card movements of {0}: {1} movements, {2}").format(formatdate(day), number, doc.name)
	entry = journal.post(key, doc, day, rows, remark)
	table = frappe.qb.DocType(TRANSACTION)
	frappe.qb.update(table).set(table.journal_entry, entry).where(of_key(table, company, key)).run()
	doc.update(
		{
			"movements": number,
			"consumption": flt(-sums.consumption),
			"deduction": flt(-sums.deduction),
			"opening": flt(sums.opening),
			"journal_entry": entry,
		}
	)
	doc.save(ignore_permissions=True)  # see above
	return doc.name


def mark(company: str, day: date, key: str) -> None:
	table = frappe.qb.DocType(TRANSACTION)
	frappe.qb.update(table).set(table.posting_key, key).where(waiting(table, company, day)).run()


def of_key(table, company: str, key: str):
	return (table.company == company) & table.transaction_type.isin(rules.BY_DAY) & (table.posting_key == key)


def added_up(company: str, key: str) -> tuple[int, rules.DaySums]:
	table = frappe.qb.DocType(TRANSACTION)
	change = table.cash_amount + table.subsidy_amount
	number, *parts = (
		frappe.qb.from_(table)
		.select(
			Count("*"),
			*(
				Sum(Case().when(table.transaction_type == kind, change).else_(0))
				for kind in (rules.CONSUMPTION, rules.CASH_DEDUCTION, rules.OPEN)
			),
		)
		.where(of_key(table, company, key))
		.run()[0]
	)
	return number, rules.DaySums(*(signed_cents(part or 0) for part in parts))


def accounts(company: str) -> rules.DayAccounts:
	row = settings.company_row(company)
	return rules.DayAccounts(
		liability=settings.required(company, "card_liability_account"),
		income=settings.required(company, "card_income_account"),
		correction=settings.required(company, "card_correction_account"),
		opening=settings.required(company, "card_opening_account"),
		cost_center=row.cost_center or frappe.get_cached_value("Company", company, "cost_center"),
		tax_rate=Decimal(str(row.card_tax_rate or 0)),
		tax_account=row.card_tax_account,
	)
