"""The residents a notice is meant for, in one query (SVC-20)."""

import frappe
from frappe.model.document import Document

from property_service.rules.notice import Person

TIER_FIELDS = {"tier_vip": "VIP", "tier_main": "Main", "tier_ordinary": "Ordinary", "tier_small": "Small"}


def people(notice: Document) -> list[Person]:
	"""Residents who have not moved out, of the company's units, narrowed by units, employers and tiers."""
	resident = frappe.qb.DocType("Resident")
	unit = frappe.qb.DocType("Property Unit")
	user = frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(resident)
		.inner_join(unit)
		.on(unit.name == resident.property_unit)
		.left_join(user)
		.on((user.name == resident.user) & (user.enabled == 1))
		.select(resident.name, resident.property_unit, user.email, resident.mobile_no, user.name.as_("login"))
		.where((resident.status != "Moved Out") & (unit.company == notice.company))
		.orderby(resident.name)
	)
	employers = [row.customer for row in notice.employers]
	if employers:
		query = query.where(resident.employer.isin(employers))
	tiers = [tier for field, tier in TIER_FIELDS.items() if notice.get(field)]
	if tiers:
		query = query.where(resident.tier.isin(tiers))
	if notice.units:
		query = query.where(_below(unit, [row.property_unit for row in notice.units]))
	return [
		Person(row.name, row.property_unit or "", row.email or "", row.mobile_no or "", bool(row.login))
		for row in query.run(as_dict=True)
	]


def _below(unit, names: list[str]):
	"""A building stands for every room in it."""
	condition = unit.name.isin(names)
	for lft, rgt in frappe.get_all(
		"Property Unit", filters={"name": ("in", names)}, fields=["lft", "rgt"], order_by="lft", as_list=True
	):
		condition |= unit.lft.between(lft, rgt)
	return condition
