"""What repairs cost: material and labour by ticket, kind, category, department or month (SVC-11)."""

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions

from property_service import register_report

# Filter value: (SQL of the group, column label, link). Fixed texts, never taken from a client.
GROUPS = {
	"Repair Ticket": ("`tabRepair Ticket`.name", "Repair Ticket", "Repair Ticket"),
	"Repair Kind": ("`tabRepair Ticket`.repair_kind", "Repair Kind", None),
	"Repair Category": ("`tabRepair Ticket`.repair_category", "Repair Category", "Repair Category"),
	"Department": ("`tabService Order`.department", "Department", "Department"),
	"Month": ("date_format(`tabRepair Ticket`.reported_on, '%%Y-%%m')", "Month", None),
}

COST = """
	select
		{group} as grouped,
		count(distinct `tabRepair Ticket`.name) as tickets, count(`tabService Order`.name) as orders,
		max(`tabRepair Ticket`.reported_on) as reported_on, max(`tabRepair Ticket`.description) as description,
		max(`tabRepair Ticket`.status) as status,
		sum(`tabService Order`.labour_hours) as labour_hours,
		sum(`tabService Order`.material_cost) as material_cost, sum(`tabService Order`.labour_cost) as labour_cost,
		sum(`tabService Order`.total_cost) as total_cost, sum(`tabService Order`.charge_total) as charge_total
	from `tabService Order`
	join `tabRepair Ticket` on `tabRepair Ticket`.name = `tabService Order`.repair_ticket
	where `tabRepair Ticket`.reported_on >= %(start)s and `tabRepair Ticket`.reported_on < %(end)s
		and (%(company)s is null or `tabRepair Ticket`.company = %(company)s)
		and (%(department)s is null or `tabService Order`.department = %(department)s)
		and (%(repair_kind)s is null or `tabRepair Ticket`.repair_kind = %(repair_kind)s)
		and {match}
	group by {group}
	order by sum(`tabService Order`.total_cost) desc, grouped
"""


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	check(filters)
	data = rows(filters)
	return columns(filters.group_by), data, None, chart(filters.group_by, data)


def check(filters: frappe._dict) -> None:
	"""Raises ValidationError for a grouping that is not offered."""
	filters.group_by = filters.group_by or "Repair Ticket"
	if filters.group_by not in GROUPS:
		frappe.throw(_("Choose one of the groupings offered."))


def rows(filters: frappe._dict) -> list[dict]:
	frappe.has_permission("Repair Ticket", "report", throw=True)
	conditions = [build_match_conditions(doctype) for doctype in ("Repair Ticket", "Service Order")]
	match = " and ".join(f"({text})" for text in conditions if text).replace("%", "%%") or "1 = 1"
	query = COST.replace("{group}", GROUPS[filters.group_by][0]).replace("{match}", match)
	start, end = register_report.period(filters)
	values = {
		"start": start,
		"end": end,
		**{name: filters.get(name) or None for name in ("company", "department", "repair_kind")},
	}
	# put in: a constant of this module, and what Frappe lets this reader see
	found = frappe.db.sql(query, values, as_dict=True)
	for row in found:
		row.status = _(row.status)
		if filters.group_by == "Repair Kind":
			row.grouped = _(row.grouped)
	return found


def columns(group_by: str) -> list[dict]:
	_sql, label, link = GROUPS[group_by]
	first = {"label": _(label), "fieldname": "grouped", "fieldtype": "Data", "width": 160}
	if link:
		first.update(fieldtype="Link", options=link)
	money = [
		(_("Material Cost"), "material_cost"),
		(_("Labour Cost"), "labour_cost"),
		(_("Total Cost", context="Repair Ticket"), "total_cost"),
		(_("Charged to Customers"), "charge_total"),
	]
	return [
		first,
		*(details() if group_by == "Repair Ticket" else [count(_("Tickets"), "tickets")]),
		count(_("Service Orders"), "orders"),
		{
			"label": _("Labour Hours"),
			"fieldname": "labour_hours",
			"fieldtype": "Float",
			"precision": 2,
			"width": 100,
		},
		*(
			{"label": name, "fieldname": field, "fieldtype": "Currency", "width": 120}
			for name, field in money
		),
	]


def details() -> list[dict]:
	return [
		{"label": _("Reported On"), "fieldname": "reported_on", "fieldtype": "Datetime", "width": 140},
		{"label": _("Fault"), "fieldname": "description", "fieldtype": "Data", "width": 220},
		{"label": _("Status"), "fieldname": "status", "fieldtype": "Data", "width": 90},
	]


def count(label: str, fieldname: str) -> dict:
	return {"label": label, "fieldname": fieldname, "fieldtype": "Int", "width": 90}


def chart(group_by: str, data: list[dict]) -> dict | None:
	"""The ten dearest groups; tickets one by one make no chart."""
	if group_by == "Repair Ticket" or not data:
		return None
	top = data[:10] if group_by != "Month" else sorted(data, key=lambda row: row.grouped)
	return {
		"data": {
			"labels": [row.grouped or _("Not Set") for row in top],
			"datasets": [
				{"name": _("Material Cost"), "values": [row.material_cost for row in top]},
				{"name": _("Labour Cost"), "values": [row.labour_cost for row in top]},
			],
		},
		"type": "bar",
		"barOptions": {"stacked": 1},
		"fieldtype": "Currency",
	}
