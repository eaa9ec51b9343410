"""Issues that ERPNext valued anew after a back-dated document: the difference goes to the articles (LV-05).

No event of the stock entry tells of it. What the articles know of a row's value is compared with the stock ledger: when a
repost ends, before every run, and every night. The comparison makes it idempotent: what was spread shows no difference.

Lock order: the articles of an issue in the order of their names, one issue after the other.
"""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from property_service import settings
from property_service.ledger import low_value as ledger
from property_service.low_value import article_ledger, issuing, scope
from property_service.low_value.article_ledger import Article, Entry
from property_service.rules import amortisation as rules
from property_service.stock import repost_item_valuation as reposts

DIFFERENCES = """SELECT known.issue, known.issue_row, known.value AS known,
	SUM(-ROUND(ledger.stock_value_difference, 2)) AS value, known.method
	FROM (SELECT issue, issue_row, SUM(issue_value) AS value, MAX(amortisation_method) AS method FROM `tabLow Value Article`
		WHERE company = %(company)s AND status != 'Cancelled' AND (%(every_item)s OR item IN %(items)s) GROUP BY issue, issue_row) known
	JOIN `tabStock Ledger Entry` ledger ON ledger.voucher_type = 'Stock Entry' AND ledger.voucher_no = known.issue
		AND ledger.voucher_detail_no = known.issue_row AND ledger.is_cancelled = 0
	GROUP BY known.issue, known.issue_row, known.value, known.method
	HAVING SUM(-ROUND(ledger.stock_value_difference, 2)) != known.value
	ORDER BY known.issue, known.issue_row"""


def on_repost(doc: Document, method: str | None = None) -> None:
	"""Doc event `on_change` of Repost Item Valuation, which ends more than once.

	A difference that cannot be posted now (closed books) does not fail ERPNext's repost: the sweep tries again.
	"""
	if doc.status != "Completed" or not scope.is_on(doc.company):
		return
	frappe.db.savepoint("low_value_revaluation")
	try:
		spread(doc.company, reposts.items_of(doc))
	except frappe.ValidationError:
		frappe.db.rollback(save_point="low_value_revaluation")
		frappe.clear_last_message()
		frappe.log_error(title=f"Low-value consumables of {doc.name} are not valued anew yet")


def sweep() -> None:
	"""Daily: what no event told of."""
	for row in settings.get().companies:
		if row.low_value:
			spread(row.company)


def differences(company: str, items: Iterable[str] | None = None) -> list[frappe._dict]:
	"""Rows of issues whose articles know another value than the stock ledger: issue, issue_row, known, value, method."""
	wanted = tuple(sorted(items)) if items is not None else ()
	if items is not None and not wanted:
		return []
	values = {"company": company, "every_item": items is None, "items": wanted or ("",)}
	return frappe.db.sql(DIFFERENCES, values, as_dict=True)


def spread(company: str, items: Iterable[str] | None = None) -> list[str]:
	"""Bring the articles of every issue to what the stock ledger says now; returns the issues that changed.

	In the caller's transaction. Raises frappe.ValidationError when the books of today are closed and something that is gone
	must be corrected.
	"""
	issues = list(dict.fromkeys(row.issue for row in differences(company, items)))
	return [issue for issue in issues if revalue(company, issue)]


def revalue(company: str, issue: str) -> bool:
	"""The articles of one issue; False where another process was first."""
	found = article_ledger.locked(lambda table: (table.issue == issue) & (table.status != rules.CANCELLED))
	values = issuing.values_of(issue)
	by_row: dict[str, list[Article]] = {}
	for article in sorted(found, key=lambda article: article.piece):
		by_row.setdefault(article.issue_row, []).append(article)
	entries: list[Entry] = []
	corrections: list[rules.Share] = []
	written: dict[tuple[Decimal, Decimal], list[str]] = {}
	for row, pieces in by_row.items():
		value = values.get(row, rules.NOTHING)
		if value == sum((article.issue_value for article in pieces), rules.NOTHING):
			continue
		costs = rules.pieces(value, len(pieces))
		shares = rules.first_shares(pieces[0].plan.method, value, len(pieces))
		for article, cost, share in zip(pieces, costs, shares, strict=True):
			entry = change_of(article, cost - article.issue_value)
			entries.append(entry)
			written.setdefault((cost, share), []).append(article.name)
			if article.carried and article.status not in rules.LIVE:
				corrections.append(article.share(entry.amortised_change))
	if not entries:
		return False
	post(company, issue, entries, corrections)
	for (cost, share), names in written.items():
		article_ledger.set_values(names, {"issue_value": cost, "first_share": share})
	return True


def change_of(article: Article, difference: Decimal) -> Entry:
	"""Of what is there the next run amortises its part; what is gone, or was expense at once, is expense now."""
	at_once = not article.carried or article.status not in rules.LIVE
	return Entry(article, difference, difference if at_once else rules.NOTHING)


def post(company: str, issue: str, entries: list[Entry], corrections: list[rules.Share]) -> None:
	source = frappe._dict(doctype=issuing.ENTRY, name=issue, company=company)
	day, key = getdate(nowdate()), next_key(issue)
	lines = rules.correction_lines(corrections, scope.accounts(company)) if corrections else []
	remark = _("Value of issue {0} changed afterwards").format(issue)
	journal_entry = ledger.post(key, source, day, lines, remark) if lines else None
	article_ledger.post(key, article_ledger.REVALUATION, source, day, entries, journal_entry)


def next_key(issue: str) -> str:
	"""The articles of the issue are locked, so that two do not count alike."""
	table = frappe.qb.DocType(article_ledger.ENTRY)
	before = (
		frappe.qb.from_(table)
		.select(table.posting_key)
		.distinct()
		.where((table.source_name == issue) & (table.kind == article_ledger.REVALUATION))
		.where(table.source_doctype == issuing.ENTRY)
		.for_update()
		.run()
	)
	return f"Low Value Revaluation/{issue}/{len(before) + 1}"


def pending_reposts(company: str) -> list[frappe._dict]:
	"""Reposts that did not end yet, or not well: name, status, item_code, voucher_no, posting_date."""
	return frappe.get_all(
		"Repost Item Valuation",
		filters={"company": company, "docstatus": 1, "status": ("in", ("Queued", "In Progress", "Failed"))},
		fields=["name", "status", "item_code", "voucher_type", "voucher_no", "posting_date"],
		order_by="creation",
	)
