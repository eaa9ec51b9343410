"""Department Requests (部门申购领料台账): what a department asked for, and how far it is (ORG-02, WH-05, WH-17).

The departments' own report: it shows what their lists show, which ERPNext's script reports do not heed.
"""

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions

from property_service import register_report
from property_service.rules import purchase_plan as rules

TYPES = {"Purchase": rules.PURCHASE_PLAN, "Material Issue": rules.ISSUE_REQUEST}

# One statement. {match} is what Frappe itself adds to a list of requests for this user.
REQUESTS = """
	select
		`tabMaterial Request`.name as request, `tabMaterial Request`.transaction_date,
		`tabMaterial Request`.material_request_type, `tabMaterial Request`.plan_type,
		`tabMaterial Request`.approval_state, `tabMaterial Request`.docstatus, `tabMaterial Request`.status,
		department.department_name as department, asker.full_name as requested_by,
		line.item_code, line.item_name, line.specification, line.uom, line.schedule_date,
		coalesce(line.requested_qty, line.qty) as requested_qty, line.qty,
		if(`tabMaterial Request`.material_request_type = 'Purchase', line.committed_qty, 0) as ordered_qty,
		if(`tabMaterial Request`.material_request_type = 'Purchase', line.accepted_qty, line.ordered_qty) as got_qty
	from `tabMaterial Request`
	join `tabMaterial Request Item` line on line.parent = `tabMaterial Request`.name
	left join `tabDepartment` department on department.name = `tabMaterial Request`.department
	left join `tabUser` asker on asker.name = `tabMaterial Request`.requested_by
	where `tabMaterial Request`.transaction_date >= %(start)s and `tabMaterial Request`.transaction_date < %(end)s
		and `tabMaterial Request`.approval_route in %(routes)s
		and `tabMaterial Request`.docstatus < 2
		and (%(company)s is null or `tabMaterial Request`.company = %(company)s)
		and (%(department)s is null or `tabMaterial Request`.department = %(department)s)
		and {match}
	order by `tabMaterial Request`.transaction_date desc, `tabMaterial Request`.name desc, line.idx
"""


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	def column(label: str, fieldname: str, fieldtype: str = "Data", width: int = 100, **more) -> dict:
		return {"label": label, "fieldname": fieldname, "fieldtype": fieldtype, "width": width, **more}

	return [
		column(_("Request", context="Material Request"), "request", "Link", 150, options="Material Request"),
		column(_("Date"), "transaction_date", "Date", 95),
		column(_("Type", context="Material Request"), "kind", width=90),
		column(_("Approval"), "state", width=110),
		column(_("Department"), "department"),
		column(_("Requested By"), "requested_by", width=80),
		column(_("Item"), "item_name", width=120),
		column(_("Specification"), "specification"),
		column(_("Unit"), "uom", width=50),
		column(_("Requested Quantity", context="Material Request Item"), "requested_qty", "Float", 80),
		column(_("Approved Quantity"), "qty", "Float", 80),
		column(_("Ordered (Stock Unit)"), "ordered_qty", "Float", 90),
		column(_("Received or Issued (Stock Unit)"), "got_qty", "Float", 110),
		column(_("Needed By"), "schedule_date", "Date", 95),
	]


def rows(filters: frappe._dict) -> list[dict]:
	frappe.has_permission("Material Request", "report", throw=True)
	start, end = register_report.period(filters)
	match = build_match_conditions("Material Request").replace("%", "%%") or "1 = 1"
	kind = filters.material_request_type
	values = {
		"start": start,
		"end": end,
		"routes": [TYPES[kind]] if kind in TYPES else list(TYPES.values()),
		**{name: filters.get(name) or None for name in ("company", "department")},
	}
	# {match}: what Frappe lets this reader see, no text of anybody's
	found = frappe.db.sql(REQUESTS.replace("{match}", match), values, as_dict=True)
	return [line(row) for row in found]


def line(row: frappe._dict) -> frappe._dict:
	"""A row as it is read: options in the reader's language, names as they are."""
	plan = row.plan_type and _(row.plan_type, context="Material Request")
	row.kind = plan or _(row.material_request_type)
	row.state = _(row.status if row.docstatus == 1 else row.approval_state or rules.DRAFT)
	row.uom = _(row.uom)
	return row
