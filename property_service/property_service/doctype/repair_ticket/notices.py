"""Who hears about a ticket's steps, and the clerks' chaser (催单). Dispatch is told by the service order."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime, now_datetime

from property_service import notifications
from property_service.guards import refuse
from property_service.rules import repair_ticket as rules


def tell_about_step(doc: Document) -> None:
	match doc.status:
		case rules.DEFERRED:
			tell(
				doc,
				people_at_work(doc),
				"Repair ticket {0} is deferred until {1}",
				format_datetime(doc.expected_on),
			)
		case rules.COMPLETED:
			tell(doc, [doc.first_handler], "Repair ticket {0} is completed")
		case rules.REOPENED:
			people = [doc.first_handler, *managers()]
			tell(doc, people, "Repair ticket {0} is reopened: the customer is not satisfied")


def tell(doc: Document, users: list[str], subject: str, *values: str) -> list[str]:
	place = " ".join(part for part in (place_of(doc), doc.location) if part)
	return notifications.tell(
		users,
		subject,
		(doc.name, *values),
		doctype=doc.doctype,
		name=doc.name,
		details=[("Place", place), ("Description", doc.description), ("Deferral Plan", doc.deferral_plan)],
	)


def place_of(doc: Document) -> str | None:
	return doc.property_unit and frappe.get_cached_value("Property Unit", doc.property_unit, "unit_name")


def people_at_work(doc: Document) -> list[str]:
	"""Who is assigned to the orders under way, else the first handler: somebody always hears it."""
	assigned = frappe.get_all(
		"Service Order",
		filters={
			"repair_ticket": doc.name,
			"status": ("in", rules.ORDER_AT_WORK),
			"assigned_user": ("is", "set"),
		},
		pluck="assigned_user",
		order_by="name",
	)
	return assigned or [doc.first_handler]


def managers() -> list[str]:
	return frappe.utils.user.get_users_with_role("Service Manager")


@frappe.whitelist(methods=["POST"])
def chase(ticket: str, note: str | None = None) -> list[str]:
	"""Record that the customer asked again (催单) and tell the person assigned. Returns who was told.

	Raises frappe.ValidationError when the work is done or cancelled.
	"""
	from property_service.property_service.doctype.repair_ticket.repair_ticket import locked

	doc = locked(ticket)
	if doc.status not in rules.OPEN:
		refuse(
			_("A ticket that is {0} is not chased (SVC-03); for a new fault enter a new ticket.").format(
				_(doc.status)
			)
		)
	people = people_at_work(doc)
	doc.append(
		"chasers",
		{
			"chased_on": now_datetime(),
			"note": (note or "").strip(),
			"recorded_by": frappe.session.user,
			"notified_user": people[0],
		},
	)
	doc.flags.server_write = True
	doc.save()
	return tell(doc, people, "The customer asks about repair ticket {0}: {1}", (note or "").strip() or "–")
