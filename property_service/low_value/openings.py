"""Articles that were in use before the company came to this app, with what of them is expense already (LV-02, LV-05).

Lock order: the Article Opening, the articles in the order of their names, the journal entry.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from property_service import series, switching_over
from property_service.ledger import low_value as ledger
from property_service.low_value import article_ledger, articles, issuing, scope
from property_service.refusals import stop
from property_service.rules import amortisation, money
from property_service.rules import switching_over as rules
from property_service.rules.refusal import Refusal

OPENING = "Article Opening"


def complete(doc: Document) -> None:
	"""Before validation: what a row leaves open comes from its item, its department and the company."""
	known = scope.items(row.item for row in doc.items)
	for row in doc.items:
		item = known.get(row.item)
		plan = item.plan if item else amortisation.Plan()
		row.item_name = frappe.get_cached_value("Item", row.item, "item_name") if row.item else None
		row.qty = cint(row.qty) if row.qty not in (None, "") else 1
		if not row.amortisation_method:
			row.amortisation_method, row.instalments = plan.method, plan.instalments
		if row.amortisation_method != amortisation.INSTALMENTS:
			row.instalments = 0
		if row.amortisation_method == amortisation.ONE_OFF:
			row.amortised_amount = row.cost  # expense when it was issued
		row.keeper = row.keeper or articles.keeper_of(row.department)
		row.cost_center = (
			row.cost_center
			or (row.department and frappe.get_cached_value("Department", row.department, "cost_center"))
			or frappe.get_cached_value("Company", doc.company, "cost_center")
		)
		row.expense_account = row.expense_account or scope.expense_account(doc.company)
		row.planned_amount = None


def check(doc: Document) -> None:
	"""Raises frappe.ValidationError that names the first row which is wrong."""
	as_of = getdate(doc.posting_date)
	known = scope.items(row.item for row in doc.items)
	if not doc.items:
		stop(Refusal(rules.NO_ROWS))
	stop(rules.refuse_number(sum(max(cint(row.qty), 0) for row in doc.items)))
	if as_of > articles.today():
		stop(Refusal(rules.IN_FUTURE, (as_of,)))
	for row in doc.items:
		for doctype, name in (
			("Department", row.department),
			("Employee", row.keeper),
			("Employee", row.user_employee),
			("Cost Center", row.cost_center),
			("Account", row.expense_account),
		):
			if name and frappe.get_cached_value(doctype, name, "company") != doc.company:
				stop(Refusal(rules.OTHER_COMPANY, (row.idx, name, doc.company)))
		piece = piece_of(row, row.item in known)
		stop(rules.refuse_piece(piece, as_of, doc.difference_reason))
		row.planned_amount = flt(rules.planned(piece, as_of))


def piece_of(row: Document, has_class: bool) -> rules.Piece:
	return rules.Piece(
		idx=row.idx,
		item=row.item,
		has_class=has_class,
		quantity=cint(row.qty),
		plan=amortisation.Plan(row.amortisation_method, cint(row.instalments)),
		in_use_since=getdate(row.in_use_since),
		cost=money.signed_cents(row.cost),
		amortised=money.signed_cents(row.amortised_amount),
	)


def total(doc: Document, fieldname: str) -> Decimal:
	return sum((money.signed_cents(row.get(fieldname)) * cint(row.qty) for row in doc.items), Decimal("0.00"))


# ---- posting -------------------------------------------------------------------------------------------------------


def post(doc: Document) -> str | None:
	"""Make the articles and post them against the opening account, in the transaction that submits `doc`.

	Returns the journal entry; None where everything was expense at once. Raises frappe.ValidationError when the books of
	that day are closed or an account is missing.
	"""
	known = scope.items(row.item for row in doc.items)
	pieces = [piece for row in doc.items for piece in pieces_of(doc, row, known[row.item])]
	numbers = series.reserve(issuing.naming_pattern(), len(pieces))
	stamps = article_ledger.stamped()
	frappe.db.bulk_insert(
		article_ledger.ARTICLE,
		["name", *article_ledger.STAMPS, *pieces[0]],
		[(number, *stamps, *piece.values()) for number, piece in zip(numbers, pieces, strict=True)],
	)
	made = of(doc)
	lines = rules.opening_lines(
		[article.ending() for article in made],
		scope.accounts(doc.company),
		switching_over.opening_account(doc.company),
	)
	key, day = key_of(doc), getdate(doc.posting_date)
	entry = (
		ledger.post(key, doc, day, lines, _("Low-value consumables taken over: {0}").format(doc.name))
		if lines
		else None
	)
	article_ledger.write(
		key,
		article_ledger.OPENING,
		doc,
		day,
		[article_ledger.Entry(article, article.cost, article.amortised) for article in made],
		entry,
	)
	return entry


def pieces_of(doc: Document, row: Document, item: scope.LowValueItem) -> list[dict]:
	cost, amortised = money.signed_cents(row.cost), money.signed_cents(row.amortised_amount)
	shared = {
		"naming_series": issuing.naming_pattern(),
		"item": row.item,
		"item_name": row.item_name,
		"low_value_class": item.low_value_class,
		"specification": item.specification,
		"status": amortisation.IN_USE,
		"in_use_since": getdate(row.in_use_since),
		"company": doc.company,
		"department": row.department,
		"keeper": row.keeper,
		"keeper_name": articles.name_of(row.keeper),
		"user_employee": row.user_employee,
		"user_name": articles.name_of(row.user_employee),
		"location": row.location,
		"old_number": row.old_number,
		"cost": cost,
		"issue_value": cost,
		"amortised_amount": amortised,
		# a run asks what the issue made expense: by the plan, so that it makes up what the old books lack
		"first_share": amortisation.first_shares(row.amortisation_method, cost, 1)[0],
		"net_value": cost - amortised,
		"amortisation_method": row.amortisation_method,
		"instalments": cint(row.instalments),
		"cost_center": row.cost_center,
		"expense_account": row.expense_account,
		"article_opening": doc.name,
		"issue_row": row.name,
	}
	return [{**shared, "piece": position} for position in range(1, cint(row.qty) + 1)]


def of(doc: Document) -> list[article_ledger.Article]:
	"""The articles of an opening, locked."""
	return article_ledger.locked(lambda table: table.article_opening == doc.name)


def key_of(doc: Document) -> str:
	return f"{OPENING}/{doc.name}"


# ---- taken back ------------------------------------------------------------------------------------------------------


def refuse_moved_on(doc: Document) -> None:
	"""Before `doc` is cancelled; its articles stay locked. Raises frappe.ValidationError once one moved on (LV-02)."""
	later = later_postings(doc)
	for article in of(doc):
		if what := issuing.moved_on(article, later):
			stop(Refusal(rules.MOVED_ON, (doc.name, article.name, what)), context=article_ledger.ARTICLE)


def take_back(doc: Document) -> None:
	"""`doc` is cancelled: its articles were never there, and its journal entry is cancelled with it."""
	found = of(doc)
	ledger.cancel(key_of(doc))
	article_ledger.undo(key_of(doc))
	article_ledger.set_values(
		[article.name for article in found],
		{"status": amortisation.CANCELLED, "issue_value": 0, "first_share": 0, "ended_on": articles.today()},
	)


def later_postings(doc: Document) -> dict[str, str]:
	"""Article -> document that posted something for it since; a locking read."""
	article, entry = frappe.qb.DocType(article_ledger.ARTICLE), frappe.qb.DocType(article_ledger.ENTRY)
	return dict(
		frappe.qb.from_(entry)
		.join(article)
		.on(article.name == entry.article)
		.select(entry.article, entry.source_name)
		.where((article.article_opening == doc.name) & (entry.is_cancelled == 0))
		.where(entry.source_name != doc.name)
		.orderby(entry.article)
		.orderby(entry.creation)
		.for_update()
		.run()
	)
