"""Repair Ticket: the clerk's form with its dialogs for dispatch, deferral and follow-up."""

from __future__ import annotations

from tests.desk.pages.desk import Desk
from tests.desk.pages.dialog import Dialog
from tests.desk.pages.form import FormPage
from tests.desk.pages.listing import ListPage


class TicketForm(FormPage):
	def __init__(self, desk: Desk):
		super().__init__(desk, "Repair Ticket")

	def take_call(self, phone: str, category: str, description: str, priority: str = "") -> str:
		"""The fast way from the list: quick entry, which the server completes from the phone number."""
		ListPage(self.desk, "Repair Ticket").press_new()
		entry = Dialog(self.desk).wait()
		entry.type("contact_phone", phone)
		entry.pick("repair_category", category)
		if priority:
			entry.pick("priority", self.desk.zh(priority))
		entry.type("description", description)
		entry.confirm()
		self.desk.page.wait_for_function(
			"() => cur_frm && cur_frm.doctype === 'Repair Ticket' && !cur_frm.is_new()"
		)
		self.desk.idle()
		return self.name

	def dispatch(self, technician: str, department: str | None = None) -> TicketForm:
		"""The department comes with the category; only the person is chosen."""
		dialog = self.ask("Dispatch")
		if department:
			dialog.pick("department", department)
		dialog.pick("assigned_to", technician)
		dialog.confirm()
		return self.in_state("Dispatched")

	def defer(self, plan: str, expected_on: str) -> TicketForm:
		"""`expected_on` as the server writes a moment; it is typed the way this desk shows moments."""
		self.action("Defer", settles=False)
		dialog = Dialog(self.desk).wait()
		dialog.type("deferral_plan", plan)
		dialog.type("expected_on", self.desk.js("moment => frappe.datetime.str_to_user(moment)", expected_on))
		dialog.confirm()
		return self.in_state("Deferred")

	def complete(self) -> TicketForm:
		self.action("Complete")
		return self.in_state("Completed")

	def close(self) -> TicketForm:
		self.action("Close")
		return self.in_state("Closed")

	def follow_up(self, score: str, suggestion: str) -> TicketForm:
		dialog = self.ask("Record Follow-up")
		dialog.choose("score", score)
		dialog.type("suggestion", suggestion)
		dialog.confirm()
		return self
