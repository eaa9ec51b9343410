"""First-asked responsibility (首问负责制, SVC-02): who took the matter answers for it until it closes.

A ticket or complaint is handed over with a reason and the new person's acceptance; until then nothing changes.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service import approvals, notifications
from property_service.refusals import stop
from property_service.rules import first_handler as rules
from property_service.sent_values import page_of

CLERK, MANAGER = "Front Desk Clerk", "Service Manager"
DESK_ROLES = {CLERK, MANAGER}


def name_one(doc: Document) -> None:
	"""Who took the contact that the matter came by, else who enters it; of what came in by itself, the first person
	of the desk who works on it.
	"""
	if not doc.first_handler:
		enters = person(frappe.session.user, enabled=True)
		doc.first_handler = rules.first_handler((who_took(doc.reception_record), enters))


def who_took(contact: str | None) -> rules.Person | None:
	user = contact and frappe.db.get_value("Reception Record", contact, "received_by")
	return person(user, frappe.get_cached_value("User", user, "enabled")) if user else None


def person(user: str, enabled: bool | int | None) -> rules.Person:
	return rules.Person(user, bool(enabled), bool(enabled) and is_at_the_desk(user))


def is_at_the_desk(user: str) -> bool:
	return user == "Administrator" or not DESK_ROLES.isdisjoint(frappe.get_roles(user))


# ---- handing over ----------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def request_transfer(doctype: str, name: str, to_user: str, reason: str) -> None:
	"""Ask `to_user` to take the matter over. Only its first handler or a service manager may ask.

	Raises frappe.PermissionError, frappe.ValidationError.
	"""
	doc = open_matter(doctype, name)
	user = frappe.session.user
	is_manager = user in approvals.office_holders(MANAGER)
	# from the database, for a program may ask for anybody: no key of the cache is made of what it sends
	to = person(to_user, frappe.db.get_value("User", to_user, "enabled"))
	request = rules.Request(doc.first_handler, user, is_manager, to, reason)
	stop(rules.refuse_request(request), rules.ANOTHER_PERSONS)
	withdraw_pending(doc)
	doc.append(
		"handler_transfers",
		{
			"from_user": doc.first_handler,
			"to_user": to_user,
			"reason": reason.strip(),
			"status": rules.REQUESTED,
			"requested_by": user,
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
	answer(row, rules.ACCEPTED)
	doc.first_handler = frappe.session.user
	save(doc)
	tell(doc, [row.requested_by, row.from_user], "{0} has taken over {1}", mail=False)


@frappe.whitelist(methods=["POST"])
def decline_transfer(doctype: str, name: str) -> None:
	"""The person asked does not take it; the first handler stays. Raises frappe.PermissionError otherwise."""
	doc, row = pending_for_me(doctype, name)
	answer(row, rules.DECLINED)
	save(doc)
	tell(doc, [row.requested_by, row.from_user], "{0} does not take over {1}", mail=False)


def open_matter(doctype: str, name: str) -> Document:
	"""The ticket or complaint, its row locked. Raises frappe.DoesNotExistError, frappe.PermissionError."""
	stop(rules.refuse_kind(doctype))
	doc = frappe.get_doc(doctype, name, for_update=True)
	doc.check_permission("write")
	stop(rules.refuse_ended(doctype, doc.name, doc.status))
	return doc


def pending_for_me(doctype: str, name: str) -> tuple[Document, Document]:
	doc = open_matter(doctype, name)
	row = next((row for row in doc.handler_transfers if row.status == rules.REQUESTED), None)
	stop(rules.refuse_answer(row and row.to_user, frappe.session.user), rules.ANOTHER_PERSONS)
	return doc, row


def withdraw_pending(doc: Document) -> None:
	for row in doc.handler_transfers:
		if row.status == rules.REQUESTED:
			answer(row, rules.WITHDRAWN)


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
