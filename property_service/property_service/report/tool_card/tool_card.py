"""Tool Card (工具登记卡): what somebody got, gave back and still has (procedure 4.4.3, 4.6.2; WH-21)."""

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from property_service import register_report as register
from property_service.property_service.doctype.tool_custody.tool_custody import DOCTYPE
from property_service.rules import tools as rules

MOST_ROWS = 2000
FIELDS = (
	*("name as custody", "holder", "holder_name", "department", "item_name", "specification", "tool_no"),
	*("custody_kind", "issued_on", "due_on", "returned_on", "condition", "is_clean", "status", "signed_on"),
	*("issued_by", "received_by"),
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	return columns(), rows(frappe._dict(filters or {}))


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Holder", context=DOCTYPE), "holder_name", 6, width=90),
		column(_("Department"), "department_name", 7, width=110, text=1),
		column(_("Tool Name"), "item_name", 10, width=140, text=1),
		column(_("Specification"), "specification", 8, width=110, text=1),
		column(_("Tool No."), "tool_no", 6, width=80),
		column(_("Custody Kind"), "custody_kind", 4, width=80),
		column(_("Handed Out On", context=DOCTYPE), "issued_on", 7.5, "Datetime", 140),
		column(_("Due On", context=DOCTYPE), "due_on", 6, "Date", 100),
		column(_("Back or Settled On"), "returned_on", 7.5, "Datetime", 140),
		column(_("Condition", context=DOCTYPE), "state_back", 6, width=90),
		column(_("Status"), "status", 5, width=80),
		column(_("Handed Out By", context=DOCTYPE), "issued_by", 5, width=90),
		column(_("Taken Back or Settled By"), "received_by", 5, width=90),
		column(_("Signed On", context=DOCTYPE), "signed_on", 7.5, "Datetime", 140),
		column(_("Tool Custody"), "custody", fieldtype="Link", width=150, options=DOCTYPE),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	"""Open ones first, the newest of each on top. Rows are those that the reader may see."""
	conditions = {
		key: filters[key]
		for key in ("company", "holder", "department", "item_code", "custody_kind", "status")
		if filters.get(key)
	}
	today = getdate(nowdate())
	if cint(filters.only_open):
		conditions["status"] = rules.IN_USE
	if cint(filters.only_overdue):
		conditions.update({"status": rules.IN_USE, "due_on": ("<", today)})
	found = frappe.get_list(
		DOCTYPE,
		filters=conditions,
		fields=list(FIELDS),
		order_by="issued_on desc, name desc",
		limit=MOST_ROWS,
	)
	found.sort(key=lambda row: row.status != rules.IN_USE)
	people = register.full_names(user for row in found for user in (row.issued_by, row.received_by))
	departments = register.titles("Department", [row.department for row in found], "department_name")
	for row in found:
		overdue = row.due_on and rules.is_overdue(row.status, getdate(row.due_on), today)
		row.status = _("Overdue") if overdue else _(row.status, context=DOCTYPE)
		row.custody_kind = _(row.custody_kind, context=DOCTYPE)
		row.state_back = state_back(row)
		row.department_name = departments.get(row.department)
		row.issued_by, row.received_by = people.get(row.issued_by), people.get(row.received_by)
	return register.numbered(found)


def state_back(row: frappe._dict) -> str:
	"""完好/清洁: how it came back."""
	words = [_(row.condition, context=DOCTYPE)] if row.condition else []
	return ", ".join(words + ([_("Cleaned", context=DOCTYPE)] if row.is_clean else []))
