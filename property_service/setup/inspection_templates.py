"""The templates by which arriving goods are looked at, with the points that the procedure lists (4.3.2; WH-10).

Made once, in the language of the site, when the first company switches the stores procedure on; from then on they belong
to the company."""

import frappe

from property_service.rules.inspection_points import ELECTRICAL, FIRST, TEMPLATES
from property_service.setup.memory import made, remember
from property_service.setup.words import words

# A reading is asked for; the company narrows what is good for its goods.
READING_RANGE = {"numeric": 1, "min_value": 0, "max_value": 1_000_000}
SEEN = {"numeric": 0}  # ERPNext's default is a number

TEMPLATE, PARAMETER = "Quality Inspection Template", "Quality Inspection Parameter"


def install() -> str | None:
	"""Makes them where they were never made, and returns the template for goods whose group names none."""
	if not any(key.startswith("stores/template/") for key in made()):
		for title, points in TEMPLATES.items():
			for point in points:
				make(f"parameter/{point}"[:120], PARAMETER, {"parameter": words(point)})
			make(
				f"template/{title}",
				TEMPLATE,
				{
					"quality_inspection_template_name": words(title),
					"item_quality_inspection_parameter": [line(point) for point in points],
				},
			)
	return frappe.db.exists(TEMPLATE, words(FIRST))


def line(point: str) -> dict:
	return {"specification": words(point), **(READING_RANGE if point in ELECTRICAL else SEEN)}


def make(key: str, doctype: str, values: dict) -> None:
	"""One of that name may be there already, and is then the company's own."""
	name = next(iter(values.values()))
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(
			ignore_permissions=True
		)  # set-up: whoever may change these settings gets what they need
		remember(f"stores/{key}", name)
