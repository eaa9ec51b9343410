"""The gate: a guard looks a pass up and lets its goods out, once (DESK-11).

Guards have no rights on the DocType. They are the front desk and the people of the department that the settings name as
the company's gate; what they see is what stands on the sheet.
"""

import frappe
from frappe.utils import getdate, now_datetime, nowdate

from property_service import access, approvals, settings
from property_service.guards import require_company
from property_service.property_service.doctype.goods_release_pass.goods_release_pass import DOCTYPE
from property_service.property_service.doctype.service_order.assignment import acting_role, is_desk
from property_service.refusals import stop
from property_service.register_entry import refuse_unknown
from property_service.rules import goods_release as rules
from property_service.rules.refusal import Refusal

SHOWN = ("name", "status", "carrier_name", "carrier_kind", "plate", "valid_on", "valid_until", "company")
LONGEST_NOTE = 140
# Guards are employees of their department; the app has no role of theirs.
GUARD_ROLE = "Employee"


def require_guard(company: str) -> None:
	"""Raises frappe.PermissionError for those who do not check passes of `company`."""
	require_company(company)
	row = settings.company_row(company)
	gate = row and row.get("gate_department")
	if is_desk() or (gate and gate in access.departments_of(frappe.session.user)):
		return
	stop(Refusal(rules.NOT_A_GUARD, (company,)), exc=frappe.PermissionError)


@frappe.whitelist(methods=["GET", "POST"])
def look_up(name: str) -> dict:
	"""What stands on the pass, and `may_leave`: whether its goods may be let out now.

	Raises ValidationError for an unknown number, PermissionError for those who are no guards.
	"""
	doc = _pass(name)
	return {
		**{fieldname: doc.get(fieldname) for fieldname in SHOWN},
		"unit": frappe.get_cached_value("Property Unit", doc.property_unit, "unit_name"),
		"approved_by": frappe.utils.get_fullname(doc.approved_by) if doc.approved_by else "",
		"goods": [
			{"goods": row.goods, "specification": row.specification, "qty": row.qty, "unit": row.unit}
			for row in doc.goods
		],
		"may_leave": _refusal(doc) is None,
	}


@frappe.whitelist(methods=["POST"])
def release(name: str, note: str | None = None) -> dict:
	"""Approved → Released: the goods leave, now, checked by the session user. Returns {"name", "checked_on"}.

	The pass's row is locked: two guards, or a pass shown twice, let the goods out once.
	"""
	doc = _pass(name, for_update=True)
	stop(_refusal(doc), context=DOCTYPE)
	approvals.require(doc, rules.approval_chain(doc.approved_as))
	doc.update(
		{
			"checked_by": frappe.session.user,
			"checked_on": now_datetime(),
			"gate_note": (note or "").strip()[:LONGEST_NOTE] or None,
		}
	)
	doc.flags.ignore_permissions = True  # a guard may do this one step, and nothing else with the pass
	role = acting_role() if is_desk() else GUARD_ROLE
	doc.take_step(rules.RELEASED, doc.require_step(rules.RELEASED), note, role=role)
	return {"name": doc.name, "checked_on": doc.checked_on}


def _pass(name: str, for_update: bool = False):
	company = frappe.db.get_value(DOCTYPE, {"name": name.strip()}, "company")
	if not company:
		require_anybody_at_a_gate()
		refuse_unknown(rules.UNKNOWN, name)
	require_guard(company)
	return frappe.get_doc(DOCTYPE, name.strip(), for_update=for_update)


def require_anybody_at_a_gate() -> None:
	"""Who is no guard anywhere does not learn which numbers exist."""
	gates = {row.get("gate_department") for row in settings.get().companies} - {None, ""}
	if not (is_desk() or gates & access.departments_of(frappe.session.user)):
		require_guard(settings.get().companies[0].company if settings.get().companies else "")


def _refusal(doc) -> Refusal | None:
	left = (doc.checked_on, frappe.utils.get_fullname(doc.checked_by)) if doc.checked_by else None
	return rules.refuse_release(
		doc.status, getdate(doc.valid_on), getdate(doc.valid_until), getdate(nowdate()), left
	)
