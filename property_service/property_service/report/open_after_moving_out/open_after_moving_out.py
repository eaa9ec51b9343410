"""What the service manager overrode when somebody moved out, as long as it is open: the debts stay listed (DESK-10)."""

import frappe
from frappe import _

from property_service import register_report as register
from property_service.property_service.doctype.residence_application import moving_out
from property_service.rules import residence as rules

DOCTYPE = "Residence Application"


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	"""One query per register whatever the number of people who left."""
	filters = frappe._dict(filters or {})
	frappe.has_permission(DOCTYPE, "report", throw=True)
	applications = {row.name: row for row in left(filters)}
	still_open = moving_out.open_matters(
		sorted({row.resident for row in applications.values() if row.resident})
	)
	open_now = {
		(resident, matter.key): matter for resident, matters in still_open.items() for matter in matters
	}
	return columns(), list(lines(applications, open_now))


def left(filters: frappe._dict) -> list[frappe._dict]:
	conditions = {"status": rules.MOVED_OUT}
	for name in ("company", "employer"):
		if filters.get(name):
			conditions[name] = filters[name]
	return frappe.get_list(
		DOCTYPE,
		filters=conditions,
		fields=["name", "resident", "applicant_name", "mobile_no", "employer", "moved_out_on"],
		order_by="moved_out_on desc, name desc",
		limit_page_length=0,
	)


def lines(applications: dict, open_now: dict):
	overrides = frappe.get_all(
		"Residence Override",
		filters={"parent": ("in", list(applications) or [""]), "parenttype": DOCTYPE},
		fields=["parent", "reference_doctype", "reference_name", "matter", "reason", "overridden_by"],
		order_by="parent, idx",
	)
	names = register.full_names(row.overridden_by for row in overrides)
	for row in overrides:
		application = applications[row.parent]
		matter = open_now.get((application.resident, (row.reference_doctype, row.reference_name)))
		if matter is None:
			continue
		yield {
			"application": application.name,
			"applicant_name": application.applicant_name,
			"mobile_no": application.mobile_no,
			"moved_out_on": application.moved_out_on,
			"reference_doctype": row.reference_doctype,
			"kind": _(row.reference_doctype),
			"reference_name": row.reference_name,
			"matter": row.matter,
			"amount": float(matter.amount),
			"reason": row.reason,
			"overridden_by": names.get(row.overridden_by),
		}


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Name", context=DOCTYPE), "applicant_name", width=90),
		column(_("Mobile Number", context="Residence Application"), "mobile_no", width=120),
		column(_("Moved Out On", context=DOCTYPE), "moved_out_on", fieldtype="Date", width=100),
		column(_("Kind", context="Open after Moving Out"), "kind", width=110),
		column(
			_("Document"), "reference_name", fieldtype="Dynamic Link", width=150, options="reference_doctype"
		),
		column(_("Matter"), "matter", width=200),
		column(_("Amount"), "amount", fieldtype="Currency", width=100),
		column(_("Reason"), "reason", width=200),
		column(_("Overridden By"), "overridden_by", width=100),
		column(_("Residence Application"), "application", fieldtype="Link", width=130, options=DOCTYPE),
	]
