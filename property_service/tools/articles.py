"""A tool that is a low-value article, too: one thing with one holder (WH-21, LV-08).

The article of a custody is the one of the same row of the same stock entry; a row of tools is one piece.
"""

from collections.abc import Sequence

import frappe
from frappe.model.document import Document

from property_service.rules import amortisation
from property_service.rules import tools as rules
from property_service.tools import custody

ARTICLE = "Low Value Article"


def link(entry: Document, method: str | None = None) -> None:
	"""Doc event of Stock Entry, on submission, after its articles were made: each custody names its article, whose user is
	the holder.

	Where an entry has so many pieces that its articles are made in the background, `article_of` finds it by the row.
	"""
	if not any(row.get("tool_holder") for row in entry.items):
		return
	rows = frappe.get_all(
		custody.DOCTYPE,
		filters={"stock_entry": entry.name, "stock_entry_row": ("is", "set")},
		fields=["name", "stock_entry_row", "holder", "holder_name"],
		order_by="name",
	)
	known = by_row([row.stock_entry_row for row in rows]) if rows else {}
	for row in rows:
		if article := known.get(row.stock_entry_row):
			frappe.db.set_value(
				custody.DOCTYPE, row.name, "low_value_article", article, update_modified=False
			)
			user = {"user_employee": row.holder, "user_name": row.holder_name}
			frappe.db.set_value(ARTICLE, article, user, update_modified=False)


def by_row(rows: Sequence[str]) -> dict[str, str]:
	"""Row of a stock entry -> the article that it issued and that is not gone."""
	found = frappe.get_all(
		ARTICLE,
		filters={"issue_row": ("in", sorted(set(rows)) or [""]), "status": ("in", amortisation.LIVE)},
		fields=["name", "issue_row"],
		order_by="name",
	)
	return {row.issue_row: row.name for row in found}


def article_of(doc: Document) -> str | None:
	"""The article that the tool of a custody is, if it is one and is not gone."""
	return by_row([doc.stock_entry_row]).get(doc.stock_entry_row) if doc.stock_entry_row else None


def pairs_of(custodies: Sequence[str], articles: Sequence[str]) -> dict[str, str]:
	"""Article -> open custody of the same thing, for everything of which either is named. One statement."""
	tool, article = frappe.qb.DocType(custody.DOCTYPE), frappe.qb.DocType(ARTICLE)
	return dict(
		frappe.qb.from_(tool)
		.join(article)
		.on(article.issue_row == tool.stock_entry_row)
		.select(article.name, tool.name)
		.where((tool.status == rules.IN_USE) & article.status.isin(amortisation.LIVE))
		.where(tool.name.isin(list(custodies) or [""]) | article.name.isin(list(articles) or [""]))
		.run()
	)
