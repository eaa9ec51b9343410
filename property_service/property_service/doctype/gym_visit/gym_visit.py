"""Gym Visit: one check-in, written by the server (DESK-07)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse


class GymVisit(Document):
	def validate(self) -> None:
		if not self.flags.server_write:
			refuse(
				_("A visit is counted by checking the card in (DESK-07), not written by hand."),
				frappe.PermissionError,
			)

	def on_trash(self) -> None:
		refuse(_("A visit stays on record; the service manager may take it back with a reason (DESK-07)."))


def on_doctype_update() -> None:
	frappe.db.add_unique("Gym Visit", ["membership", "visit_number"], constraint_name="one_visit_per_number")
