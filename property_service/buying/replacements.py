"""Why low-value items are bought, and which scrapped articles a request replaces (LV-12).

Lock order: the request, then the articles in the order of their names.
"""

import frappe
from frappe.model.document import Document

from property_service.low_value import articles, scope
from property_service.refusals import stop
from property_service.rules import amortisation
from property_service.rules import purchase_plan as plan_rules
from property_service.rules import replacement as rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.stock import item_facts

TABLE, ROW = "replaced_articles", "Replaced Article"
PURCHASE = "Purchase"


def check(doc: Document) -> None:
	"""While a purchase request may still change: every low-value row says why, every replacement names what was scrapped.

	Raises frappe.ValidationError. Locks the articles that are named.
	"""
	if not scope.is_on(doc.company):
		return
	low_value = set(item_facts.low_value(doc))
	rows = []
	for row in doc.items:
		if row.item_code not in low_value:
			row.purchase_reason = None
			continue
		rows.append(rules.Row(row.idx, row.item_code, row.purchase_reason or None, exact(row.stock_qty)))
	check_articles(doc, {row.item for row in rows if row.reason == rules.REPLACEMENT})
	named: dict[str, int] = {}
	for line in doc.get(TABLE) or []:
		named[line.for_item] = named.get(line.for_item, 0) + 1
	stop(rules.refuse_reasons(rows, named))


def check_outside(doc: Document) -> None:
	"""A company that uses low-value consumables without the stores procedure: its requests have no steps."""
	if doc.material_request_type == PURCHASE and doc.docstatus == 0:
		check(doc)
	claim(doc, None)


def check_articles(doc: Document, replaced: set[str]) -> None:
	lines = doc.get(TABLE) or []
	names = [line.article for line in lines]
	twice = next((name for name in names if names.count(name) > 1), None)
	if twice:
		stop(Refusal(rules.TWICE, (twice,)))
	known = {article.name: article.status for article in articles.lock(names, doc.company, live=False)}
	used = used_by_others(doc.name, names)
	for line in lines:
		stop(
			rules.refuse_article(
				line.article,
				known[line.article],
				line.for_item,
				replaced,
				amortisation.SCRAPPED,
				used.get(line.article),
			),
			context=articles.ARTICLE,
		)


def used_by_others(request: str | None, names: list[str]) -> dict[str, str]:
	"""Article -> the request that replaces it; the articles are locked, and a locking read sees what was committed since."""
	if not names:
		return {}
	table = frappe.qb.DocType(ROW)
	return dict(
		frappe.qb.from_(table)
		.select(table.article, table.parent)
		.where(table.claim_key.isin([key_of(name) for name in names]) & (table.parent != (request or "")))
		.for_update()
		.run()
	)


def key_of(article: str) -> str:
	return f"replaced/{article}"


def claim(doc: Document, state: str | None) -> None:
	"""The key that the database gives away once, unless `state` asks for nothing any more; only a purchase replaces."""
	if doc.material_request_type != PURCHASE:
		doc.set(TABLE, [])
	ended = state in plan_rules.ENDED
	for line in doc.get(TABLE) or []:
		line.claim_key = None if ended else key_of(line.article)


def release(doc: Document) -> None:
	"""A cancelled request replaces nothing any more."""
	frappe.db.set_value(ROW, {"parent": doc.name, "parenttype": doc.doctype}, "claim_key", None)
	for line in doc.get(TABLE) or []:
		line.claim_key = None


def reason_for_the_system(rows: list[Document], company: str) -> None:
	"""What the system itself plans is stock for the store: nobody's replacement."""
	if scope.is_on(company):
		low_value = scope.items(row.item_code for row in rows)
		for row in rows:
			if row.item_code in low_value:
				row.purchase_reason = rules.ADDITIONAL
