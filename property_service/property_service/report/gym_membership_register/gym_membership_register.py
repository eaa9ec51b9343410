"""Gym card register (健身房办卡登记表, register D): every card sold in a period, as the paper form lists it."""

import frappe
from frappe import _
from frappe.utils import cint

from property_service import register_money
from property_service import register_report as register
from property_service.rules import gym as rules

FIELDS = (
	*("name as membership", "card_no", "member_name", "gender", "id_card_seen", "phone", "employer_name"),
	*("emergency_contact", "emergency_phone", "plan", "plan_kind", "visits_total", "start_on", "end_on"),
	*("price", "status", "visits_remaining", "registered_by", "receipt"),
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict]]:
	filters = frappe._dict(filters or {})
	return columns(), rows(filters)


def columns() -> list[dict]:
	column = register.column
	return [
		column(_("Card No."), "card_no", 9, width=120, **register.consent()),
		column(_("Name", context="Gym Membership"), "member_name", 7, width=90),
		column(_("Gender"), "gender", 4, width=60),
		column(_("Identity Card"), "id_card", 6, width=80),
		column(_("Telephone"), "phone", 9, width=120),
		column(_("Employer's Name"), "employer_name", 12, width=150, text=1),
		column(_("Emergency Contact", context="Gym Membership"), "emergency", 12, width=150, text=1),
		column(_("Gym Plan"), "plan_name", 8, width=100),
		column(_("Period or Visits"), "period", 14, width=190),
		column(_("Amount Due"), "price", 6, "Currency", 90),
		column(_("Received", context="Gym Membership"), "received", 6, "Currency", 90),
		column(_("Receipt No."), "receipt_no", 9, width=130),
		column(_("Status"), "status", width=80),
		column(_("Visits Left"), "visits_remaining", fieldtype="Int", width=80),
		column(_("Gym Membership"), "membership", fieldtype="Link", width=130, options="Gym Membership"),
		column(_("Signature"), "signature", 8, width=80),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = register.rows_of("Gym Membership", conditions(filters), FIELDS, "registered_on asc, name asc")
	plans = register.titles("Gym Plan", (row.plan for row in found), "plan_name")
	receipts = register_money.receipt_numbers([row.receipt for row in found])
	for row in found:
		receipt = receipts.get(row.receipt) or frappe._dict()
		row.received, row.receipt_no = receipt.amount, receipt.receipt_no
		row.plan_name = plans.get(row.plan)
		row.gender = _(row.gender or "")
		row.id_card = _("Original Seen") if row.id_card_seen else ""
		row.emergency = " ".join(filter(None, (row.emergency_contact, row.emergency_phone)))
		row.period = period(row)
		row.status = _(row.status, context="Gym Membership")
	return register.numbered(found)


def period(row: frappe._dict) -> str:
	days = f"{register.day(row.start_on)} — {register.day(row.end_on)}"
	if row.plan_kind != rules.BY_VISITS:
		return days
	return _("{0} visits, {1}").format(cint(row.visits_total), days)


def conditions(filters: frappe._dict) -> list:
	first, after = register.period(filters)
	found = [["registered_on", ">=", first], ["registered_on", "<", after]]
	for name in ("company", "status", "plan"):
		if filters.get(name):
			found.append([name, "=", filters[name]])
	return found
