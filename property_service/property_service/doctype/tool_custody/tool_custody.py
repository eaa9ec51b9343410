"""Tool Custody: one tool in the hands of one person, a line of the tool card (工具登记卡); see README.md. Rules WH-21 to WH-24.

Only documents that hand tools out and take them back write it (`property_service/tools/`).
"""

import frappe
from frappe import _
from frappe.utils import now_datetime

from property_service import commands, guards, notifications
from property_service.refusals import stop
from property_service.register_entry import content_fields
from property_service.rules import tools as rules
from property_service.rules.refusal import Refusal
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

DOCTYPE = "Tool Custody"
# What the storekeeper may write in by hand.
OPEN_FIELDS = ("tool_no", "remarks")


class ToolCustody(CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		self.docstatus = 0  # the state is `status`; a client may send anything
		if self.flags.server_write:
			return
		if self.is_new():
			stop(Refusal(rules.KEPT), exc=frappe.PermissionError)
		guards.restore_server_fields(
			self, [fieldname for fieldname in content_fields(self) if fieldname not in OPEN_FIELDS]
		)

	def on_trash(self) -> None:
		guards.refuse(_("The tool card is kept: nothing is deleted from it (WH-21)."))


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def sign(custody: str) -> dict:
	"""The holder signs for the tool; for a holder without a login the storekeeper records the signature on paper (WH-21).

	Returns {"signed_by", "signed_on"}. Raises frappe.PermissionError for anybody else, frappe.ValidationError when it is
	signed for already.
	"""
	doc: ToolCustody = frappe.get_doc(DOCTYPE, custody, for_update=True)
	doc.check_permission("read")
	if doc.signed_on:
		stop(Refusal(rules.SIGNED_ALREADY, (doc.item_name,)))
	if doc.status != rules.IN_USE:
		stop(Refusal(rules.NOT_OPEN, (doc.item_name, doc.holder_name, doc.status)), context=DOCTYPE)
	user = login_of(doc.holder)
	on_paper = not user and rules.STOREKEEPER in frappe.get_roles()
	if frappe.session.user != user and not on_paper:
		stop(Refusal(rules.NOT_HOLDER, (doc.holder_name,)), rules.ANOTHER_PERSONS)
	signed = {"signed_by": frappe.session.user, "signed_on": now_datetime(), "signed_on_paper": int(on_paper)}
	doc.db_set(signed)
	return signed


def login_of(employee: str) -> str | None:
	"""The enabled login of an employee."""
	user = frappe.db.get_value("Employee", employee, "user_id")
	return next(iter(notifications.enabled_users({user})), None) if user else None


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["holder", "status"])
	frappe.db.add_index(DOCTYPE, ["status", "due_on"])
