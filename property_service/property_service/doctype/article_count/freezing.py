"""What a count of a department looks for: its live articles and, before a handover, tools to keep (LV-08, LV-14)."""

import frappe
from frappe.model.document import Document

from property_service.low_value.articles import ARTICLE
from property_service.rules import amortisation
from property_service.rules import article_count as rules
from property_service.rules import tools as tool_rules
from property_service.tools import issues

TOOL = "Tool Custody"
ARTICLE_FIELDS = (
	*("name", "item_name", "specification", "user_name", "keeper_name", "location", "in_use_since"),
	*("cost", "net_value", "issue_row"),
)
TOOL_FIELDS = ("name", "item_name", "specification", "tool_no", "holder_name", "issued_on", "stock_entry_row")


def lines_of(doc: Document) -> list[dict]:
	"""Two statements. A tool that is an article stands on the list as that."""
	departments = sorted(filter(None, issues.departments_below(doc.department)))
	found = frappe.get_all(
		ARTICLE,
		filters={
			"company": doc.company,
			"department": ("in", departments or [""]),
			"status": ("in", amortisation.LIVE),
		},
		fields=list(ARTICLE_FIELDS),
		order_by="department, item_name, name",
	)
	lines = [article_line(row) for row in found]
	if doc.kind == rules.HANDOVER:
		lines += tool_lines(doc, departments, {row.issue_row for row in found})
	return lines


def article_line(row: frappe._dict, result: str | None = None) -> dict:
	return {
		"document_type": ARTICLE,
		"document": row.name,
		"title": row.item_name,
		"specification": row.specification,
		"holder_name": row.user_name or row.keeper_name,
		"location": row.location,
		"in_use_since": row.in_use_since,
		"cost": row.cost,
		"net_value": row.net_value,
		"result": result,
	}


def tool_lines(doc: Document, departments: list[str], listed: set[str | None]) -> list[dict]:
	rows = frappe.get_all(
		TOOL,
		filters={
			"company": doc.company,
			"department": ("in", departments or [""]),
			"status": tool_rules.IN_USE,
			"custody_kind": tool_rules.TO_KEEP,
		},
		fields=list(TOOL_FIELDS),
		order_by="holder_name, item_name, name",
	)
	return [
		{
			"document_type": TOOL,
			"document": row.name,
			"title": " ".join(filter(None, (row.item_name, row.tool_no))),
			"specification": row.specification,
			"holder_name": row.holder_name,
			"in_use_since": row.issued_on,
		}
		for row in rows
		if not (row.stock_entry_row and row.stock_entry_row in listed)
	]


def add_elsewhere(doc: Document, name: str) -> Document | None:
	"""An article of another department that lies here: noted, so that the other count knows where it is."""
	row = frappe.db.get_value(
		ARTICLE,
		{"name": name, "company": doc.company, "status": ("in", amortisation.LIVE)},
		ARTICLE_FIELDS,
		as_dict=True,
	)
	return doc.append("lines", article_line(row, rules.ELSEWHERE)) if row else None
