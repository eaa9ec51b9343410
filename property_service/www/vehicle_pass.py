"""The public page behind the QR code of a vehicle pass (DESK-05)."""

import frappe
from frappe import _

from property_service.property_service.doctype.vehicle_pass import public

no_cache = 1
sitemap = 0


def get_context(context) -> None:
	context.no_header = 1
	context.no_breadcrumbs = 1
	context.title = _("Vehicle Pass")
	context.metatags = {"robots": "noindex"}
	context.known = public.look_up(str(frappe.form_dict.get("t") or ""))
