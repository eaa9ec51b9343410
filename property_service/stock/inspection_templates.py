"""Which template an inspection begins with, and its points (procedure 4.3.2; WH-10)."""

import frappe
from erpnext.stock.doctype.quality_inspection_template.quality_inspection_template import get_template_details

from property_service import settings


def proposed(item_code: str) -> str | None:
	"""The item's own template; else that of its group or the nearest group above; else the settings'. Two statements."""
	item = frappe.db.get_value("Item", item_code, ["quality_inspection_template", "item_group"], as_dict=True)
	if not item:
		return None
	return (
		item.quality_inspection_template
		or _of_group(item.item_group)
		or settings.get().get("default_inspection_template")
		or None
	)


def _of_group(group: str | None) -> str | None:
	own, above = frappe.qb.DocType("Item Group").as_("own"), frappe.qb.DocType("Item Group").as_("above")
	found = (
		frappe.qb.from_(own)
		.join(above)
		.on((above.lft <= own.lft) & (above.rgt >= own.rgt))
		.select(above.inspection_template)
		.where((own.name == (group or "")) & (above.inspection_template != ""))
		.orderby(above.lft, order=frappe.qb.desc)
		.limit(1)
		.run()
	)
	return found[0][0] if found else None


def points(template: str | None) -> list[dict]:
	"""Points of a template in its order: {"specification", "numeric", "min_value", "max_value"}."""
	return [
		{name: row[name] for name in ("specification", "numeric", "min_value", "max_value")}
		for row in get_template_details(template)
	]
