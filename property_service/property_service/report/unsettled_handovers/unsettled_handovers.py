"""Unsettled Handovers (未结移交): what people still owe who left or moved by an exception (WH-24, LV-08)."""

import frappe
from frappe import _

from property_service import register_report as register
from property_service.hr import handovers
from property_service.rules import handover as rules

OVERRIDE, MATTER = "Handover Override", "Handover Override Matter"


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	return columns(), rows(frappe._dict(filters or {}))


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Employee"), "employee_name", 6, width=100),
		column(_("Department"), "department_name", 8, width=130),
		column(_("Event", context=OVERRIDE), "event", 6, width=110),
		column(_("What", context=MATTER), "matter", 14, width=200, text=1),
		column(_("In Whose Hands"), "person", 6, width=100),
		column(_("Since", context=MATTER), "since", 6, "Date", 100),
		column(_("Document"), "document", fieldtype="Dynamic Link", width=150, options="document_type"),
		column(_("Document Type"), "document_type", fieldtype="Link", width=130, options="DocType"),
		column(_("Reason"), "reason", 14, width=200, text=1),
		column(_("Approved By", context=OVERRIDE), "approved_by", 6, width=100),
		column(_("Used On", context=OVERRIDE), "used_on", 8, "Datetime", 140),
		column(_("Handover Override"), "override", fieldtype="Link", width=150, options=OVERRIDE),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	"""Of every exception that was used, what is open to this day."""
	conditions = {"status": rules.USED}
	if filters.company:
		conditions["company"] = filters.company
	overrides = {
		row.override: row
		for row in frappe.get_list(
			OVERRIDE,
			filters=conditions,
			fields=[
				*("name as override", "event", "employee", "employee_name", "department", "reason"),
				*("approved_by", "used_on"),
			],
			order_by="used_on",
			limit=0,
		)
	}
	listed = frappe.get_all(
		MATTER,
		filters={"parent": ("in", list(overrides) or [""])},
		fields=["parent", "document_type", "document", "matter", "person", "since"],
		order_by="parent, idx",
	)
	open_now = still_open(list(overrides.values()))
	people = register.full_names(row.approved_by for row in overrides.values())
	departments = register.titles(
		"Department", [row.department for row in overrides.values()], "department_name"
	)
	found = []
	for line in listed:
		if (line.document_type, line.document) not in open_now:
			continue
		row = frappe._dict({**overrides[line.parent], **line})
		row.event = _(row.event, context=OVERRIDE)
		row.department_name = departments.get(row.department)
		row.approved_by = people.get(row.approved_by)
		found.append(row)
	return found


def still_open(overrides: list[frappe._dict]) -> set[tuple[str, str]]:
	matters = [
		*handovers.of_employees(sorted({row.employee for row in overrides if row.employee})),
		*handovers.of_departments(
			sorted({row.department for row in overrides if row.event == rules.NEW_HEAD})
		),
	]
	return {(matter.doctype, matter.name) for matter in matters}
