"""Articles that come back to the store (退库): at their net value (WH-19, LV-02).

Lock order: the issue's rows (`stock.returns`), then the articles in the order of their names.
"""

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from property_service.ledger import low_value as ledger
from property_service.low_value import article_ledger, issuing, scope
from property_service.low_value.article_ledger import Article, Entry
from property_service.refusals import stop
from property_service.rules import amortisation as rules
from property_service.rules import stock_movement
from property_service.rules.refusal import Refusal

ENTRY = issuing.ENTRY


def is_return(doc: Document) -> bool:
	return doc.get("stores_kind") == stock_movement.RETURN and bool(doc.get("return_of"))


def prepare(doc: Document) -> None:
	"""Before validation: which articles come back by each row, and at what rate; nobody enters a rate."""
	if not is_return(doc):
		return
	if frappe.db.get_value(ENTRY, doc.return_of, "articles_state") == issuing.PENDING:
		stop(Refusal(rules.STILL_PENDING, (doc.return_of,)))
	there = articles_of(doc, lock=False)
	for row in doc.items:
		if pieces := there.get(row.issue_row):
			charge(row, chosen(row, pieces), doc)


def charge(row: Document, pieces: Sequence[Article], doc: Document) -> None:
	row.returned_articles = "\n".join(article.name for article in pieces)
	total = sum(values_of(pieces, doc).values(), Decimal("0.00"))
	row.basic_rate = flt(total) / len(pieces)
	row.allow_zero_valuation_rate = int(not total)
	if len(centers := {article.cost_center for article in pieces}) == 1:
		row.cost_center = centers.pop()


def articles_of(doc: Document, *, lock: bool) -> dict[str, list[Article]]:
	"""Row of the issue -> its articles that are still there, by piece."""
	found = article_ledger.locked(lambda table: table.issue == doc.return_of, lock=lock)
	by_row: dict[str, list[Article]] = {}
	for article in found:
		by_row.setdefault(article.issue_row, []).append(article)
	return {row: sorted(pieces, key=lambda article: article.piece) for row, pieces in by_row.items()}


def chosen(row: Document, pieces: Sequence[Article]) -> list[Article]:
	"""The articles whose numbers stand on the row; where none does, the last pieces that are there."""
	count = cint(row.transfer_qty or flt(row.qty) * flt(row.conversion_factor or 1))
	live = {article.name: article for article in pieces if article.status in rules.LIVE}
	numbers = list(dict.fromkeys((row.returned_articles or "").split()))
	if not numbers:
		numbers = list(live)[-count:] if count else []
	for number in numbers:
		if number not in live:
			stop(Refusal(rules.NOT_OF_ROW, (row.idx, number)))
	if len(numbers) != count or not count:
		stop(Refusal(rules.OTHER_COUNT, (row.idx, len(numbers), f"{flt(row.qty):g}")))
	return [live[number] for number in numbers]


def values_of(pieces: Sequence[Article], doc: Document) -> dict[str, Decimal]:
	day = getdate(doc.posting_date)
	return {
		article.name: rules.return_value(
			article.plan, article.cost, article.amortised, article.in_use_since, day
		)
		for article in pieces
	}


def check(doc: Document) -> None:
	"""At submission, on the locked articles: they are there, and worth what the row says."""
	if not is_return(doc):
		return
	there = articles_of(doc, lock=True)
	for row in doc.items:
		if pieces := there.get(row.issue_row):
			coming = chosen(row, pieces)
			total = sum(values_of(coming, doc).values(), Decimal("0.00"))
			if issuing.in_cents(flt(row.basic_rate) * len(coming)) != total:
				stop(Refusal(rules.CHANGED_MEANWHILE, (row.idx, row.item_code)))


def record(doc: Document) -> None:
	"""On submission: the articles are back in the store, and what of them was amortised leaves the books."""
	if not is_return(doc):
		return
	there = articles_of(doc, lock=True)
	came_in = issuing.values_of(doc.name)
	entries, returning, values = [], [], {}
	for row in doc.items:
		if not (pieces := there.get(row.issue_row)):
			continue
		coming = chosen(row, pieces)
		for article, value in zip(
			coming, spread(-came_in.get(row.name, Decimal(0)), coming, doc), strict=True
		):
			left = article.cost - value
			entries.append(Entry(article, -value, left - article.amortised))
			values.setdefault(value, []).append(article.name)
			returning.append(
				rules.Returning(
					*(article.cost, article.amortised, value, article.expense_account, article.cost_center),
					carried=article.carried,
				)
			)
	if not entries:
		return
	lines = rules.return_lines(returning, scope.accounts(doc.company))
	day, key = getdate(doc.posting_date), key_of(doc)
	remark = _("Returned to the store: {0}").format(doc.name)
	journal_entry = ledger.post(key, doc, day, lines, remark) if lines else None
	article_ledger.post(key, article_ledger.RETURN, doc, day, entries, journal_entry)
	for value, names in values.items():
		article_ledger.set_values(
			names,
			{
				"status": rules.RETURNED,
				"returned_value": value,
				"ended_on": day,
				"ended_by_doctype": ENTRY,
				"ended_by": doc.name,
			},
		)


def spread(total: Decimal, pieces: Sequence[Article], doc: Document) -> list[Decimal]:
	"""What the stock ledger took in for a row, on its pieces: each its own value, the first one the rounding of the rate."""
	values = list(values_of(pieces, doc).values())
	values[0] += total - sum(values, Decimal("0.00"))
	return values


def take_back(doc: Document) -> None:
	"""Before a return is cancelled: its articles are out again, with the amounts they had."""
	if not is_return(doc):
		return
	found = article_ledger.locked(
		lambda table: (table.ended_by_doctype == ENTRY) & (table.ended_by == doc.name)
	)
	if not found:
		return
	ledger.cancel(key_of(doc))
	article_ledger.undo(key_of(doc))
	article_ledger.set_values(
		[article.name for article in found],
		{
			"status": rules.IN_USE,
			"returned_value": 0,
			"ended_on": None,
			"ended_by_doctype": None,
			"ended_by": None,
		},
	)


def key_of(doc: Document) -> str:
	return f"Low Value Return/{doc.name}"
