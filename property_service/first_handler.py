"""First-asked responsibility (首问负责制, SVC-02): who took the matter answers for it until it closes.

A ticket or complaint is handed over with a reason and the new person's acceptance; until then nothing changes.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, now_datetime

from property_service import approvals, notifications
from property_service.guards import refuse
from property_service.rules import complaint as complaint_rules
from property_service.rules import repair_ticket as ticket_rules
from property_service.sent_values import page_of

CLERK, MANAGER = "Front Desk Clerk", "Service Manager"
DESK_ROLES = {CLERK, MANAGER}
REQUESTED = "Requested"
# DocType -> the states in which nobody answers for it any more.
ENDED = {
	"Repair Ticket": ticket_rules.ENDED,
	"Customer Complaint": (complaint_rules.CLOSED,),
}


def name_one(doc: Document) -> None:
	"""Who took the contact that the matter came by, else who enters it; of what came in by itself, the first person
	of the desk who works on it.
	"""
	if not doc.first_handler:
		candidates = (who_took(doc.reception_record), frappe.session.user)
		doc.first_handler = next((user for user in candidates if user and is_at_the_desk(user)), None)


def who_took(contact: str | None) -> str | None:
	user = contact and frappe.db.get_value("Reception Record", contact, "received_by")
	return user if user and frappe.get_cached_value("User", user, "enabled") else None


def is_at_the_desk(user: str) -> bool:
	return user == "Administrator" or not DESK_ROLES.isdisjoint(frappe.get_roles(user))


# ---- handing over ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def request_transfer(doctype: str, name: str, to_user: str, reason: str) -> None:
	"""Ask `to_user` to take the matter over. Only its first handler or a service manager may ask.

	Raises frappe.PermissionError, frappe.ValidationError.
	"""
	doc = open_matter(doctype, name)
	refuse_stranger(doc)
	if not reason.strip():
		refuse(_("Give the reason for handing it over (first-asked responsibility, SVC-02)."))
	refuse_new_handler(doc, to_user)
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
	tell(
		doc,
		[to_user],
		"{0} asks you to take over {1}",
		details=[("Description", doc.description), ("Reason", reason)],
	)


@frappe.whitelist(methods=["POST"])
def accept_transfer(doctype: str, name: str) -> None:
	"""The person asked takes the matter over. Raises frappe.PermissionError for anybody else."""
	doc, row = pending_for_me(doctype, name)
	answer(row, "Accepted")
	doc.first_handler = frappe.session.user
	save(doc)
	tell(doc, [row.requested_by, row.from_user], "{0} has taken over {1}", mail=False)


@frappe.whitelist(methods=["POST"])
def decline_transfer(doctype: str, name: str) -> None:
	"""The person asked does not take it; the first handler stays. Raises frappe.PermissionError otherwise."""
	doc, row = pending_for_me(doctype, name)
	answer(row, "Declined")
	save(doc)
	tell(doc, [row.requested_by, row.from_user], "{0} does not take over {1}", mail=False)


def open_matter(doctype: str, name: str) -> Document:
	"""The ticket or complaint, its row locked. Raises frappe.DoesNotExistError, frappe.PermissionError."""
	if doctype not in ENDED:
		refuse(_("Only repair tickets and complaints have a first handler (SVC-02)."))
	doc = frappe.get_doc(doctype, name, for_update=True)
	doc.check_permission("write")
	if doc.status in ENDED[doctype]:
		refuse(
			_("{0} is {1} and not handed over any more (SVC-02).").format(
				frappe.bold(doc.name), _(doc.status)
			)
		)
	return doc


def refuse_stranger(doc: Document) -> None:
	user = frappe.session.user
	if user != doc.first_handler and user not in approvals.office_holders(MANAGER):
		refuse(
			_("Only the first handler {0} or a service manager hands this over (SVC-02).").format(
				frappe.bold(frappe.utils.get_fullname(doc.first_handler) if doc.first_handler else "–")
			),
			exc=frappe.PermissionError,
		)


def refuse_new_handler(doc: Document, to_user: str) -> None:
	name = frappe.bold(escape_html(to_user))
	if to_user == doc.first_handler:
		refuse(_("{0} answers for it already (SVC-02).").format(name))
	if not frappe.db.get_value("User", to_user, "enabled") or not is_at_the_desk(to_user):
		refuse(
			_(
				"{0} does not work at the front desk; hand it to a clerk or a service manager (SVC-02)."
			).format(name)
		)


def pending_for_me(doctype: str, name: str) -> tuple[Document, Document]:
	doc = open_matter(doctype, name)
	row = next((row for row in doc.handler_transfers if row.status == REQUESTED), None)
	if not row or row.to_user != frappe.session.user:
		refuse(
			_("Nobody has asked you to take this over (SVC-02). Ask its first handler to hand it to you."),
			exc=frappe.PermissionError,
		)
	return doc, row


def withdraw_pending(doc: Document) -> None:
	for row in doc.handler_transfers:
		if row.status == REQUESTED:
			answer(row, "Withdrawn")


def answer(row: Document, status: str) -> None:
	row.status, row.answered_on = status, now_datetime()


def save(doc: Document) -> None:
	doc.flags.server_write = True
	doc.save()


def tell(doc: Document, users: list[str], subject: str, **options) -> None:
	values = (frappe.utils.get_fullname(), doc.name)
	notifications.tell(users, subject, values, doctype=doc.doctype, name=doc.name, **options)


@frappe.whitelist(methods=["GET", "POST"])
@frappe.validate_and_sanitize_search_inputs
def search_desk(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list[tuple]:
	"""Link search: enabled people of the front desk, by name or login."""
	frappe.has_permission("Repair Ticket", "write", throw=True)
	offset, limit = page_of(start, page_len)
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
		.limit(limit)
		.offset(offset)
		.run()
	)
