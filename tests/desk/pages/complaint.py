"""Customer Complaint: one form for the clerk, the manager and the department, a dialog per step."""

from __future__ import annotations

from tests.desk.pages.desk import Desk
from tests.desk.pages.dialog import Dialog
from tests.desk.pages.form import FormPage


class ComplaintForm(FormPage):
	def __init__(self, desk: Desk):
		super().__init__(desk, "Customer Complaint")

	def step(self, action: str) -> Dialog:
		"""Takes an action of the workflow that asks for something."""
		self.action(action, settles=False)
		return Dialog(self.desk).wait()

	def classify(self) -> ComplaintForm:
		self.action("Classify")
		return self.in_state("Classified")

	def assign(self, department: str, due_on: str) -> ComplaintForm:
		"""`due_on` as the server writes a moment; it is typed the way this desk shows moments."""
		dialog = self.step("Assign")
		dialog.pick("responsible_department", department)
		dialog.type("due_on", self.desk.js("moment => frappe.datetime.str_to_user(moment)", due_on))
		dialog.confirm()
		return self.in_state("Assigned")

	def analyse(self, cause: str) -> ComplaintForm:
		dialog = self.step("Analyse")
		dialog.type("cause_analysis", cause)
		dialog.confirm()
		return self.in_state("Analysed")

	def act(self, measure: str, owner: str) -> ComplaintForm:
		dialog = self.step("Act")
		dialog.type("corrective_action", measure)
		dialog.pick("action_owner", owner)
		dialog.confirm()
		return self.in_state("Acted")

	def follow_up(self, score: str, answers: str) -> ComplaintForm:
		dialog = self.ask("Record Follow-up")
		dialog.choose("score", score)
		dialog.type("answers", answers)
		dialog.confirm()
		return self

	def timeline(self) -> str:
		return self.control("timeline").locator("[data-complaint-timeline]").inner_text()
