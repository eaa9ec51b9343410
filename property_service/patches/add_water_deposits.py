"""Companies whose till was set up before the registers came get the purposes of deposits for water bottles (DESK-06)."""

import frappe

from property_service import settings
from property_service.setup import defaults, till


def execute() -> None:
	defaults.fill_settings()  # a number that has no row yet would be saved as 0 below
	doc = frappe.get_doc(settings.DOCTYPE)
	before = doc.as_json()
	till.add_purposes(doc, ("Water Deposit", "Water Deposit Refund"))
	if doc.as_json() != before:
		doc.flags.ignore_permissions = True  # set-up
		doc.save()
