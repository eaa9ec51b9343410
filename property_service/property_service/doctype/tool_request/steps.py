"""The steps of a tool request: signing, handing out, taking back, confirming (procedure 4.4.3, 4.6.3; WH-21 to WH-23)."""

import frappe
from frappe.utils import cstr, now_datetime

from property_service import approvals, commands, notifications
from property_service.property_service.doctype.tool_request.tool_request import DOCTYPE, ToolRequest, locked
from property_service.refusals import stop
from property_service.rules import tools as rules
from property_service.rules.refusal import Refusal
from property_service.tools import custody, handing_out, returning


@frappe.whitelist(methods=["POST"])
def send(request: str) -> str:
	"""Draft → Pending Signature. Returns the new status. Raises frappe.ValidationError when something is missing."""
	doc = locked(request)
	stop(rules.refuse_step(doc.kind, doc.status, rules.PENDING), context=DOCTYPE)
	check_content(doc)
	doc.take_step(rules.PENDING)
	tell_head(doc, "{0} asks to borrow or exchange tools: sign the tool request {1}")
	return doc.status


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def approve(request: str) -> str:
	"""Pending Signature → Approved, by the head of the holder's department. Raises frappe.PermissionError for others."""
	doc = locked(request)
	stop(rules.refuse_step(doc.kind, doc.status, rules.APPROVED), context=DOCTYPE)
	approvals.require_signatory(doc, rules.HEAD)
	check_content(doc)
	doc.take_step(rules.APPROVED, role=rules.HEAD)
	notifications.tell(
		[*approvals.office_holders(rules.STOREKEEPER), doc.requested_by],
		"Tool request {0} of {1} is approved: the tools can be handed out",
		(doc.name, doc.holder_name),
		doctype=DOCTYPE,
		name=doc.name,
		mail=False,
	)
	return doc.status


@frappe.whitelist(methods=["POST"])
def reject(request: str, reason: str) -> str:
	"""Pending Signature → Rejected, by whoever could sign."""
	doc = locked(request)
	stop(rules.refuse_step(doc.kind, doc.status, rules.REJECTED), context=DOCTYPE)
	approvals.require_signatory(doc, rules.HEAD)
	doc.take_step(rules.REJECTED, cstr(reason).strip(), role=rules.HEAD)
	return doc.status


@frappe.whitelist(methods=["POST"])
def cancel(request: str, reason: str) -> str:
	"""The request is given up before anything left the store or came back."""
	doc = locked(request)
	stop(rules.refuse_step(doc.kind, doc.status, rules.CANCELLED), context=DOCTYPE)
	doc.take_step(rules.CANCELLED, cstr(reason).strip())
	return doc.status


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def hand_out(request: str) -> str:
	"""Approved → Handed Out: the storekeeper lends the tools, or takes the old ones and issues new ones (WH-21 to WH-23).

	All rows or none. Raises frappe.ValidationError while the holder has one of the tools already, or when the store has
	none left; frappe.PermissionError for everybody but the storekeeper.
	"""
	doc = locked(request)
	stop(rules.refuse_step(doc.kind, doc.status, rules.HANDED_OUT), context=DOCTYPE)
	require_storekeeper()
	approvals.require(doc, rules.CHAIN)
	check_content(doc, due=False)
	holder = custody.lock_holder(doc.holder)
	stop(rules.refuse_holder(holder, doc.department))
	if doc.kind == rules.LOAN:
		handing_out.lend(doc, holder)
	else:
		handing_out.exchange(doc, holder)
	doc.update({"handed_out_by": frappe.session.user, "handed_out_on": now_datetime()})
	doc.take_step(rules.HANDED_OUT, role=rules.STOREKEEPER)
	custody.ask_to_sign(doc.holder, [row.new_custody for row in doc.tools])
	return doc.status


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def take_back(request: str) -> str:
	"""Draft → Taken Back: the storekeeper has counted item by item what came back; the rest stays open (WH-23)."""
	doc = locked(request)
	stop(rules.refuse_step(doc.kind, doc.status, rules.TAKEN_BACK), context=DOCTYPE)
	require_storekeeper()
	check_content(doc)
	stop(rules.refuse_taking_back(custody.rule_rows(doc)))
	custody.lock_holder(doc.holder)
	returning.take_back(doc)
	doc.update({"taken_back_by": frappe.session.user, "taken_back_on": now_datetime()})
	doc.take_step(rules.TAKEN_BACK, role=rules.STOREKEEPER)
	tell_head(doc, "{0} brought tools back: confirm the return {1}")
	return doc.status


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def confirm(request: str) -> str:
	"""Taken Back → Confirmed: the head of the holder's department signs the return (procedure 4.4.3 c; WH-23)."""
	doc = locked(request)
	stop(rules.refuse_step(doc.kind, doc.status, rules.CONFIRMED), context=DOCTYPE)
	approvals.require_signatory(doc, rules.HEAD)
	doc.take_step(rules.CONFIRMED, role=rules.HEAD)
	return doc.status


@frappe.whitelist(methods=["POST"])
def return_of(holder: str, store: str) -> str:
	"""A draft of the kind Return with everything that is open on a holder's tool card. Returns its name (WH-23)."""
	frappe.has_permission(DOCTYPE, "create", throw=True)
	person = custody.person(holder)
	rows = custody.open_of(holder)
	if not person or not rows:
		stop(Refusal(rules.NOTHING_OPEN, (person.name if person else cstr(holder)[:60],)))
	return (
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"company": person.company,
				"kind": rules.RETURN,
				"store": store,
				"holder": holder,
				"tools": [{"custody": row.name} for row in rows],
			}
		)
		.insert()
		.name
	)


def check_content(doc: ToolRequest, due: bool = True) -> None:
	"""What stands in the request holds now: custodies may have ended since it was written."""
	stop(custody.refuse_content(doc, due), context="Tool Custody")


def require_storekeeper() -> None:
	if frappe.session.user not in approvals.office_holders(rules.STOREKEEPER):
		stop(Refusal(rules.NOT_STOREKEEPER), rules.ANOTHER_PERSONS)


def tell_head(doc: ToolRequest, subject: str) -> None:
	notifications.tell(
		approvals.signatories(rules.HEAD, doc),
		subject,
		(doc.holder_name, doc.name),
		doctype=DOCTYPE,
		name=doc.name,
		mail=False,
	)
