"""Handover Override (移交特批): the finance manager lets somebody go although things are open; see README.md. WH-24, LV-08."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from property_service import approvals, guards
from property_service.hr import handovers
from property_service.refusals import stop
from property_service.rules import handover as rules
from property_service.rules.handover import Matter
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

DOCTYPE = "Handover Override"
SERVER_FIELDS = ("employee_name", "status", "approved_by", "approved_on", "used_by", "used_on", "matters")


class HandoverOverride(CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		self.docstatus = 0  # the state is `status`; a client may send anything
		guards.restore_server_fields(self, SERVER_FIELDS)
		if self.is_new():
			self.fill()

	def validate(self) -> None:
		if self.is_new():
			self.check()
		elif not self.flags.server_write and approvals.changed(
			self, ("company", "event", "employee", "department", "reason")
		):
			stop(Refusal(rules.FIXED))

	def on_trash(self) -> None:
		guards.refuse(_("Exceptions from handing over are kept (WH-24). Withdraw this one instead."))

	def fill(self) -> None:
		"""Inserting it approves it: what is open now is listed with it."""
		if self.event == rules.NEW_HEAD:
			self.employee = None
			matters = handovers.of_departments([self.department] if self.department else [])
		else:
			person = frappe.db.get_value(
				"Employee", self.employee or "", ["employee_name", "department", "user_id"], as_dict=True
			)
			self.employee_name, self.department = (
				(person.employee_name, person.department) if person else (None, None)
			)
			self.flags.is_own = bool(person and person.user_id == frappe.session.user)
			matters = handovers.of_employees([self.employee] if person else [])
		self.update({"approved_by": frappe.session.user, "approved_on": now_datetime()})
		self.set("matters", [row_of(matter) for matter in matters])

	def check(self) -> None:
		subject = self.department if self.event == rules.NEW_HEAD else self.employee_name
		stop(
			rules.refuse_override(
				frappe.session.user in approvals.office_holders(rules.FINANCE_MANAGER),
				bool(self.flags.is_own),
				subject,
				self.reason,
				len(self.matters),
			),
			rules.ANOTHER_PERSONS,
		)


def row_of(matter: Matter) -> dict:
	return {
		"document_type": matter.doctype,
		"document": matter.name,
		"matter": matter.title[:140],
		"person": matter.person,
		"since": matter.since,
	}


@frappe.whitelist(methods=["POST"])
def withdraw(override: str) -> str:
	"""The finance manager takes back an exception that was not used. Returns the new status."""
	doc: HandoverOverride = frappe.get_doc(DOCTYPE, override, for_update=True)
	doc.check_permission("write")
	if doc.status != rules.OPEN:
		stop(Refusal(rules.NOT_OPEN, (doc.status,)), context=DOCTYPE)
	doc.status = rules.WITHDRAWN
	doc.flags.server_write = True
	doc.save()
	return doc.status
