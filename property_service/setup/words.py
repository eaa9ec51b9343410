"""Names of records that set-up makes."""

import frappe
from frappe import _


def words(text: str) -> str:
	"""Titles of records in the site's language; `bench install-app` runs in English."""
	return _(text, lang=frappe.db.get_default("lang") or "en")
