"""One matter, one ticket (SVC-08): the open tickets of a place are shown first, a retried submission makes one ticket.

Reading what is open cannot see what another clerk is entering this second. The first open ticket of a unit and
category therefore carries a unique key, and the second insert fails on it in the database.
"""

import hashlib
import time

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, escape_html, format_datetime, get_link_to_form, now_datetime

from property_service import commands, settings
from property_service.guards import refuse
from property_service.rules import repair_ticket as rules

CONTENT = (
	*(
		"property_unit",
		"location",
		"repair_kind",
		"repair_category",
		"description",
		"contact_name",
		"contact_phone",
	),
	*("reported_by", "company"),
)
LONGEST_REQUEST_ID = 100


def refuse_unconfirmed(doc: Document) -> None:
	before = doc.get_doc_before_save()
	if before:
		if (before.property_unit, before.repair_category) != (doc.property_unit, doc.repair_category):
			doc.duplicate_key = None
		return
	if not (doc.property_unit and doc.repair_category) or cint(doc.confirm_duplicate):
		return
	found = open_tickets(doc.property_unit, doc.repair_category)
	if found:
		refuse_showing(found)
	doc.duplicate_key = key_of(doc)


def key_of(doc: Document) -> str:
	return hashlib.sha256(f"{doc.property_unit}\n{doc.repair_category}".encode()).hexdigest()


def open_tickets(property_unit: str, repair_category: str) -> list[dict]:
	return frappe.get_all(
		"Repair Ticket",
		filters={
			"property_unit": property_unit,
			"repair_category": repair_category,
			"status": ("in", rules.OPEN),
		},
		fields=["name", "status", "reported_on", "description"],
		order_by="reported_on desc",
		limit=10,
	)


def refuse_simultaneous(doc: Document) -> None:
	"""The key is taken: somebody has just entered the same matter. A locking read sees that ticket already."""
	ticket = frappe.qb.DocType("Repair Ticket")
	found = (
		frappe.qb.from_(ticket)
		.select(ticket.name, ticket.status, ticket.reported_on, ticket.description)
		.where(ticket.duplicate_key == key_of(doc))
		.for_update()
		.run(as_dict=True)
	)
	refuse_showing(found)


def refuse_showing(found: list[dict]) -> None:
	lines = "".join(f"<li>{as_line(ticket)}</li>" for ticket in found)
	refuse(
		_(
			"This unit already has an open ticket of the same category (procedure 3.2, SVC-08): {0}Add to that ticket "
			"(chaser), or tick {1} if it is another matter."
		).format(f"<ul>{lines}</ul>", frappe.bold(_("Open Another Ticket for the Same Matter"))),
		exc=frappe.DuplicateEntryError,
		title=_("Already Reported"),
	)


def as_line(ticket: dict) -> str:
	link = get_link_to_form("Repair Ticket", ticket.name)
	matter = escape_html((ticket.description or "")[:60])
	return f"{link} · {_(ticket.status)} · {format_datetime(ticket.reported_on)} · {matter}"


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def report(
	description: str,
	property_unit: str | None = None,
	location: str | None = None,
	repair_kind: str = "Home Repair",
	repair_category: str | None = None,
	contact_name: str | None = None,
	contact_phone: str | None = None,
	reported_by: str | None = None,
	company: str | None = None,
	priority: str = "Normal",
	request_id: str | None = None,
	confirm_duplicate: bool = False,
) -> dict:
	"""Enter a ticket on the channel Portal, once: an identical submission within the setting's window (default
	60 seconds), or one with the same `request_id` at any time, answers with the ticket that is there.

	Returns {"name", "created"}. Raises frappe.PermissionError without the right to create tickets.
	"""
	frappe.has_permission("Repair Ticket", "create", throw=True)
	if request_id and len(request_id) > LONGEST_REQUEST_ID:
		refuse(_("The request id is longer than {0} characters.").format(LONGEST_REQUEST_ID))
	given = locals()
	doc = frappe.new_doc("Repair Ticket")
	doc.update({name: given[name] for name in (*CONTENT, "priority", "confirm_duplicate")})
	doc.channel = rules.PORTAL
	doc.flags.request_id = request_id or fingerprint(doc)
	known = already_there(doc)
	if known:
		return {"name": known, "created": False}
	return insert_once(doc)


def already_there(doc: Document) -> str | None:
	known = frappe.db.get_value("Repair Ticket", {"request_id": doc.flags.request_id})
	if known:
		return known
	since = add_to_date(now_datetime(), seconds=-window())
	same = {name: doc.get(name) for name in CONTENT if doc.get(name)}
	filters = {**same, "channel": rules.PORTAL, "owner": frappe.session.user, "creation": (">=", since)}
	return frappe.db.get_value("Repair Ticket", filters, order_by="creation desc")


def insert_once(doc: Document) -> dict:
	frappe.db.savepoint("report")
	try:
		return {"name": doc.insert().name, "created": True}
	except frappe.UniqueValidationError:
		# The same request arrived twice at once and the other one was faster.
		frappe.db.rollback(save_point="report")
		frappe.clear_last_message()
		name = frappe.db.get_value("Repair Ticket", {"request_id": doc.flags.request_id}, for_update=True)
		return {"name": name, "created": False}


def fingerprint(doc: Document) -> str:
	"""The same for two identical submissions in the same window of time."""
	content = "\n".join([frappe.session.user, *(str(doc.get(name) or "") for name in CONTENT)])
	return f"{hashlib.sha256(content.encode()).hexdigest()[:40]}-{int(time.time()) // window()}"


def window() -> int:
	"""Seconds."""
	return max(cint(settings.get().duplicate_window_seconds), 1)
