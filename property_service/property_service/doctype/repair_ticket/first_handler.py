"""First-asked responsibility (首问负责制, SVC-02): who took the matter answers for it until it closes.

Handing it over takes a reason and the new person's acceptance; until then nothing changes.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service import notifications
from property_service.guards import refuse
from property_service.rules import repair_ticket as rules

DESK_ROLES = {"Front Desk Clerk", "Service Manager"}
REQUESTED = "Requested"


def name_one(doc: Document) -> None:
	"""The clerk who enters the ticket; for one that came in by itself, the first clerk who works on it."""
	if not doc.first_handler and is_at_the_desk(frappe.session.user):
		doc.first_handler = frappe.session.user


def is_at_the_desk(user: str) -> bool:
	return user == "Administrator" or not DESK_ROLES.isdisjoint(frappe.get_roles(user))


@frappe.whitelist(methods=["POST"])
def request_transfer(ticket: str, to_user: str, reason: str) -> None:
	"""Ask `to_user` to take the ticket over. Only its first handler or a service manager may ask.

	Raises frappe.PermissionError, frappe.ValidationError.
	"""
	doc = open_ticket(ticket)
	refuse_stranger(doc)
	if not reason.strip():
		refuse(_("Give the reason for handing the ticket over (first-asked responsibility, SVC-02)."))
	if to_user == doc.first_handler:
		refuse(_("{0} answers for this ticket already (SVC-02).").format(frappe.bold(to_user)))
	if not frappe.db.get_value("User", to_user, "enabled") or not is_at_the_desk(to_user):
		refuse(
			_(
				"{0} does not work at the front desk; hand the ticket to a clerk or a service manager (SVC-02)."
			).format(frappe.bold(to_user))
		)
	withdraw_pending(doc)
	doc.append(
		"handler_transfers",
		{
			"from_user": doc.first_handler,
			"to_user": to_user,
			"reason": reason.strip(),
			"status": REQUESTED,
			"requested_by": frappe.session.user,
			"requested_on": now_datetime(),
		},
	)
	save(doc)
	notifications.tell(
		[to_user],
		"{0} asks you to take over repair ticket {1}",
		(frappe.utils.get_fullname(), doc.name),
		doctype=doc.doctype,
		name=doc.name,
		details=[("Description", doc.description), ("Reason", reason)],
	)


@frappe.whitelist(methods=["POST"])
def accept_transfer(ticket: str) -> None:
	"""The person asked takes the ticket over. Raises frappe.PermissionError for anybody else."""
	doc, row = pending_for_me(ticket)
	answer(doc, row, "Accepted")
	doc.first_handler = frappe.session.user
	save(doc)
	tell_requester(doc, row, "{0} has taken over repair ticket {1}")


@frappe.whitelist(methods=["POST"])
def decline_transfer(ticket: str) -> None:
	"""The person asked does not take the ticket; the first handler stays. Raises frappe.PermissionError otherwise."""
	doc, row = pending_for_me(ticket)
	answer(doc, row, "Declined")
	save(doc)
	tell_requester(doc, row, "{0} does not take over repair ticket {1}")


def open_ticket(ticket: str) -> Document:
	from property_service.property_service.doctype.repair_ticket.repair_ticket import locked

	doc = locked(ticket)
	if doc.status in rules.ENDED:
		refuse(_("A ticket that is {0} is not handed over any more (SVC-02).").format(_(doc.status)))
	return doc


def refuse_stranger(doc: Document) -> None:
	user = frappe.session.user
	if user != doc.first_handler and "Service Manager" not in frappe.get_roles(user):
		refuse(
			_("Only the first handler {0} or a service manager hands this ticket over (SVC-02).").format(
				frappe.bold(doc.first_handler or "–")
			),
			exc=frappe.PermissionError,
		)


def pending_for_me(ticket: str) -> tuple[Document, Document]:
	doc = open_ticket(ticket)
	row = next((row for row in doc.handler_transfers if row.status == REQUESTED), None)
	if not row or row.to_user != frappe.session.user:
		refuse(
			_(
				"Nobody has asked you to take over this ticket (SVC-02). Ask its first handler to hand it to you."
			),
			exc=frappe.PermissionError,
		)
	return doc, row


def withdraw_pending(doc: Document) -> None:
	for row in doc.handler_transfers:
		if row.status == REQUESTED:
			answer(doc, row, "Withdrawn")


def answer(doc: Document, row: Document, status: str) -> None:
	row.status, row.answered_on = status, now_datetime()


def save(doc: Document) -> None:
	doc.flags.server_write = True
	doc.save()


def tell_requester(doc: Document, row: Document, subject: str) -> None:
	notifications.tell(
		[row.requested_by, row.from_user],
		subject,
		(frappe.utils.get_fullname(), doc.name),
		doctype=doc.doctype,
		name=doc.name,
		mail=False,
	)


@frappe.whitelist(methods=["GET", "POST"])
def search_desk(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list[tuple]:
	"""Link search: enabled people of the front desk, by name or login."""
	frappe.has_permission("Repair Ticket", "write", throw=True)
	user, role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	return (
		frappe.qb.from_(user)
		.join(role)
		.on((role.parent == user.name) & (role.parenttype == "User"))
		.select(user.name, user.full_name)
		.distinct()
		.where(role.role.isin(sorted(DESK_ROLES)) & (user.enabled == 1))
		.where(user.name.like(f"%{txt}%") | user.full_name.like(f"%{txt}%"))
		.orderby(user.full_name)
		.limit(page_len)
		.offset(start)
		.run()
	)
