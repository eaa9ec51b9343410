"""Rows of low-value articles: what they cost and are still worth, whose they are, and who pays for them (LV-11).

Lock order: articles in the order of their names (`low_value.articles.lock`), then the rows that name them.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import date_diff, flt, nowdate

from property_service import access, guards, settings
from property_service.low_value import articles, endings, scope
from property_service.refusals import stop
from property_service.rules import scrap as rules
from property_service.rules import scrap_cause
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact

DAYS_OF_A_YEAR = 365.25
# Who may write the paper for any department (4.7.2).
FOR_ALL = {rules.STOREKEEPER, scrap_cause.ADMIN_HR}


# ---- values ------------------------------------------------------------------------------------------------------


def fill(doc: Document) -> None:
	"""What the server says of rows that may still be changed; the request belongs to the department of its articles."""
	facts = endings.facts(row.low_value_article for row in doc.items if row.low_value_article)
	specifications = specifications_of({article.item for article in facts.values()})
	for row in doc.items:
		article = facts.get(row.low_value_article)
		if not article:
			continue
		row.update(
			{
				"item_code": article.item,
				"item_name": article.item_name,
				**specifications.get(article.item, {}),
				"warehouse": None,
				"batch_no": None,
				"serial_no": None,
				"qty": 1,
				"rate": article.cost,
				"amount": article.cost,
				"net_value": article.net_value,
				"stored_since": article.in_use_since,
				"years_in_use": flt(date_diff(nowdate(), article.in_use_since) / DAYS_OF_A_YEAR, 1),
				"posted_value": 0,
			}
		)
	doc.department = next((article.department for article in facts.values()), doc.department)


def specifications_of(items: set[str]) -> dict[str, dict]:
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", sorted(items) or [""])},
		fields=["name", "specification", "stock_uom"],
		order_by="name",
	)
	return {row.name: {"specification": row.specification, "uom": row.stock_uom} for row in rows}


def rule_row(row: Document) -> scrap_cause.Article:
	return scrap_cause.Article(
		row.idx,
		row.low_value_article or "?",
		exact(row.amount),
		row.cause or None,
		row.cause_by_hr or None,
		row.responsible,
		exact(row.compensation) if row.is_decided else None,
	)


def charge(doc: Document) -> None:
	"""What the responsible pay follows from the cause: the original cost, and the penalty of the settings (4.7.2)."""
	percent = exact(settings.get().human_damage_penalty_percent)
	for row in doc.items:
		article = rule_row(row)
		row.compensation, row.penalty = float(article.compensation), float(article.penalty(percent))


# ---- checks ------------------------------------------------------------------------------------------------------


def check(doc: Document) -> None:
	"""Every row names a living article of one department, once, and no other request does. Raises frappe.ValidationError."""
	guards.require_procedure("low_value", doc.company)
	for row in doc.items:
		if not row.low_value_article:
			stop(Refusal(rules.NO_ARTICLE, (row.idx,)))
		stop(
			rules.refuse_row(row.idx, row.low_value_article, row.reason, row.reason_detail, exact(row.qty)),
			context="Scrap Request Item",
		)
	names = [row.low_value_article for row in doc.items]
	known = {article.name: article for article in articles.lock(names, doc.company)}
	claimed = claims_of_others(doc.name, names)
	seen: set[str] = set()
	for row in doc.items:
		article = known[row.low_value_article]
		if article.department != doc.department:
			stop(Refusal(rules.ONE_DEPARTMENT, (row.idx, article.name)))
		if article.name in seen or article.name in claimed:
			stop(Refusal(rules.TWICE, (row.idx, article.name, claimed.get(article.name) or doc.name or "")))
		seen.add(article.name)
	may_write(doc)


def may_write(doc: Document) -> None:
	"""4.7.2: whoever uses the article, or the storekeeper."""
	if not doc.is_new() or FOR_ALL & set(frappe.get_roles()):
		return
	if not access.belongs_to(frappe.session.user, doc.department):
		stop(Refusal(rules.ARTICLES_PEOPLE_WRITE, (doc.items[0].idx,)), exc=frappe.PermissionError)


def claims_of_others(name: str | None, names: list[str]) -> dict[str, str]:
	"""Article -> the open or posted request that names it; a locking read sees what was committed since."""
	row, request = frappe.qb.DocType("Scrap Request Item"), frappe.qb.DocType("Scrap Request")
	found = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(row.low_value_article, request.name)
		.where(row.low_value_article.isin(names) & request.status.notin(rules.GIVEN_UP))
		.where(request.name != (name or ""))
		.for_update()
		.run()
	)
	return dict(found)


def claim(doc: Document) -> None:
	"""The database lets no two requests name an article while neither was given up."""
	for row in doc.items:
		thing = row.low_value_article or row.tool_custody
		row.claim_key = thing if thing and doc.status not in rules.GIVEN_UP else None


# ---- posting -----------------------------------------------------------------------------------------------------


def claims(doc: Document) -> list[scrap_cause.Claim]:
	return [
		scrap_cause.Claim(row.responsible, exact(row.compensation), exact(row.penalty), *expense_of(doc, row))
		for row in doc.items
		if row.responsible
	]


def expense_of(doc: Document, row: Document) -> tuple[str, str | None]:
	"""The expense account and cost centre that an article's cost goes to, and what is left of it comes back to."""
	article = frappe.db.get_value(
		articles.ARTICLE, row.low_value_article, ["expense_account", "cost_center"], as_dict=True
	)
	return article.expense_account or scope.expense_account(doc.company), article.cost_center
