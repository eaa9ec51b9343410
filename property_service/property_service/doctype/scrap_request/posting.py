"""What an approved scrap request posts, and how it is taken back (WH-26).

The goods leave at the ledger's value to the scrap expense; what is left of them comes in at its estimate, or was sold, and
what the responsible pay is a claim on them: each of these reduces the expense. Posted once: its key in `Ledger Posting` is
unique, and the request is locked while it is saved.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, now_datetime, nowdate

from property_service import settings
from property_service.buying import replacements
from property_service.ledger import journal
from property_service.ledger import stock as stock_ledger
from property_service.low_value import articles, endings
from property_service.property_service.doctype.scrap_request import article_rows, tool_rows
from property_service.refusals import stop
from property_service.rules import amortisation, scrap_cause, stock_movement
from property_service.rules import scrap as rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.tools import custody


def post(doc: Document) -> None:
	"""Post `doc`, whose signatures the caller has checked. Raises frappe.ValidationError; then nothing is posted."""
	if doc.source == rules.ARTICLE:
		end_articles(doc)
	else:
		tool_rows.settle(doc)  # a loan that ended is the store's again, and leaves it next
		doc.journal_entry = journal.post(
			key_of(doc), doc, getdate(nowdate()), journal_rows(doc), f"{_(doc.doctype)} {doc.name}"
		)
		doc.stock_entry = take_out(doc)
	doc.residual_entry = take_in(doc)
	doc.posted_on, doc.posted_by = now_datetime(), frappe.session.user


def key_of(doc: Document) -> str:
	return f"{doc.doctype}/{doc.name}"


def cost_center_of(doc: Document) -> str | None:
	"""Of the department whose goods they were, else the company's."""
	return (
		(doc.department and frappe.get_cached_value("Department", doc.department, "cost_center"))
		or settings.company_row(doc.company).cost_center
		or frappe.get_cached_value("Company", doc.company, "cost_center")
	)


# ---- stock -------------------------------------------------------------------------------------------------------


def take_out(doc: Document) -> str | None:
	"""One issue with a row for each of the request's; they keep at what value they left."""
	rows = [row for row in doc.items if row.warehouse]
	if not rows:
		return None
	lines = [
		{
			"item_code": row.item_code,
			"qty": row.qty,
			"s_warehouse": row.warehouse,
			"cost_center": cost_center_of(doc),
			**identity(row),
		}
		for row in rows
	]
	account = settings.required(doc.company, rules.EXPENSE)
	entry = stock_ledger.post(doc, "Material Issue", stock_movement.SCRAP, lines, account)
	values = stock_ledger.posted_values([entry.name])
	for row, line in zip(rows, entry.items, strict=True):
		row.posted_value = flt(-(values.get(line.name) or 0), 2)
	doc.posted_value = flt(sum(row.posted_value for row in rows), 2)
	return entry.name


def identity(row: Document) -> dict:
	if not (row.batch_no or row.serial_no):
		return {}
	return {"batch_no": row.batch_no, "serial_no": row.serial_no, "use_serial_batch_fields": 1}


def take_in(doc: Document) -> str | None:
	"""What is left, at its estimate; all rows of the request in one receipt."""
	rows = [row for row in doc.items if row.residual_method == rules.INTO_STOCK]
	if not rows:
		return None
	lines = [
		stock_ledger.Estimate(
			row.residual_item,
			exact(row.residual_qty),
			row.residual_warehouse,
			exact(row.residual_value),
			*expense_of(doc, row),
		)
		for row in rows
	]
	return stock_ledger.receive_at_estimate(doc, lines, settings.required(doc.company, rules.EXPENSE))


def expense_of(doc: Document, row: Document) -> tuple[str, str | None]:
	"""The account and cost centre whose expense a row's residual reduces."""
	if row.low_value_article:
		return article_rows.expense_of(doc, row)
	return settings.required(doc.company, rules.EXPENSE), cost_center_of(doc)


# ---- articles ----------------------------------------------------------------------------------------------------


def end_articles(doc: Document) -> None:
	"""The lives of the articles end in one entry with what is sold and what the responsible owe (LV-04, LV-11)."""
	names = [row.low_value_article for row in doc.items]
	tool_rows.settle_pairs(doc, names)
	before = {article.name: article.status for article in articles.lock(names, doc.company)}
	ending = endings.life_end(
		doc, names, amortisation.SCRAPPED, getdate(nowdate()), further_rows=[*sales(doc), *claims(doc)]
	)
	doc.journal_entry = ending.journal_entry
	for row in doc.items:
		row.posted_value = float(ending.expensed.get(row.low_value_article, 0))
		row.status_before = before[row.low_value_article]
	doc.posted_value = float(ending.total)


def sales(doc: Document) -> list[journal.Row]:
	rows = []
	for row in doc.items:
		if row.residual_method == rules.SOLD:
			account, cost_center = article_rows.expense_of(doc, row)
			amount = exact(row.residual_value)
			rows.append(journal.Row(row.proceeds_account, amount, cost_center=cost_center))
			rows.append(journal.Row(account, -amount, cost_center=cost_center))
	return rows


def claims(doc: Document) -> list[journal.Row]:
	"""What the responsible owe: compensation, which brings the expense back, and penalty (LV-11)."""
	found = article_rows.claims(doc)
	if not any(claim.compensation or claim.penalty for claim in found):
		return []
	income = (
		settings.required(doc.company, "penalty_income_account")
		if any(claim.penalty for claim in found)
		else None
	)
	receivable = settings.required(doc.company, rules.RECEIVABLE)
	return [
		journal.Row(
			line.account,
			line.amount,
			cost_center=line.cost_center,
			party_type="Employee" if line.person else None,
			party=line.person,
		)
		for line in scrap_cause.claim_lines(found, receivable, income)
	]


# ---- journal -----------------------------------------------------------------------------------------------------


def journal_rows(doc: Document) -> list[journal.Row]:
	return [
		journal.Row(
			line.account if line.is_name else settings.required(doc.company, line.account),
			line.amount,
			cost_center=cost_center_of(doc),
			party_type="Employee" if line.party else None,
			party=line.party,
		)
		for line in rules.journal(outcome_of(row) for row in doc.items)
	]


# ---- what a row brings in ----------------------------------------------------------------------------------------


def outcome_of(row: Document) -> rules.Outcome:
	return rules.Outcome(
		row.idx,
		row.residual_method or None,
		exact(row.residual_value),
		row.residual_item,
		exact(row.residual_qty),
		row.residual_warehouse,
		row.proceeds_account,
		row.responsible,
		# of an article it follows from the cause, and who owes it is asked for with that (LV-11)
		exact(0 if row.low_value_article else row.compensation),
	)


# ---- taking back -------------------------------------------------------------------------------------------------


def take_back(doc: Document) -> None:
	"""The latest first: what was left goes out of stock again, then the claims, then the goods come back.

	Raises frappe.ValidationError when the residual is not there any more, when an article was replaced, or when the books
	of that day are closed.
	"""
	if doc.residual_entry:
		frappe.db.savepoint("residual")
		try:
			stock_ledger.cancel_with(doc, doc.residual_entry)
		except stock_ledger.NegativeStockError:
			frappe.db.rollback(save_point="residual")
			frappe.clear_last_message()
			stop(Refusal(rules.RESIDUAL_USED, (doc.residual_entry, doc.name)))
	if doc.source == rules.ARTICLE:
		for article, request in replacements.used_by_others(
			None, [row.low_value_article for row in doc.items]
		).items():
			stop(Refusal(rules.REPLACED, (article, request)))
		endings.take_back(doc)
		for row in doc.items:
			if row.status_before in (amortisation.IDLE, amortisation.UNDER_REPAIR):
				articles.settle([row.low_value_article], doc.company, row.status_before)
	else:
		journal.cancel(key_of(doc))
		if doc.stock_entry:
			stock_ledger.cancel_with(doc, doc.stock_entry)
	custody.reopen(doc)
