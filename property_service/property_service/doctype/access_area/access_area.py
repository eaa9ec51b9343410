"""Access Area (门禁区域): a door or group of doors that cards open (DESK-01)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse
from property_service.property_service.doctype.property_unit import property_unit
from property_service.sent_values import CheckedValues

AREA = "Access Area"


class AccessArea(CheckedValues, Document):
	def validate(self) -> None:
		"""Cards keep the name of the company whose doors they open."""
		if not self.is_new() and self.has_value_changed("company") and is_used(self.name):
			refuse(
				_(
					"Cards open {0} already, so it stays with its company (DESK-01). Make another area."
				).format(frappe.bold(self.name))
			)

	def on_trash(self) -> None:
		if is_used(self.name):
			refuse(
				_("Cards opened {0}; it is disabled, not deleted (DESK-01).").format(frappe.bold(self.name))
			)


def is_used(area: str) -> bool:
	return bool(frappe.db.exists("Card Access", {"access_area": area}))


def areas_for(unit: str | None, company: str) -> list[str]:
	"""What whoever lives in `unit` may open: the areas of the unit and of those above it, and those for all residents."""
	above = property_unit.path_of([unit]) if unit else []
	area = frappe.qb.DocType(AREA)
	return (
		frappe.qb.from_(area)
		.select(area.name)
		.where((area.company == company) & (area.disabled == 0))
		.where((area.for_all_residents == 1) | area.property_unit.isin(list(above) or [""]))
		.orderby(area.name)
		.run(pluck=True)
	)
