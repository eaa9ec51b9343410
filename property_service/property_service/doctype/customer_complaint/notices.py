"""Who hears about a complaint's steps. No notice names the complainant: it may be confidential by tomorrow."""

import frappe
from frappe.model.document import Document
from frappe.utils import cint, format_datetime

from property_service import approvals, notifications
from property_service.property_service.doctype.customer_complaint.facts import (
	GENERAL_MANAGER,
	HEAD,
	MANAGER,
)
from property_service.rules import complaint as rules


def tell_about_step(doc: Document) -> None:
	match doc.status:
		case rules.CLASSIFIED:
			tell(doc, deciders(doc), "Complaint {0} waits for a responsible department")
		case rules.SETTLED:
			tell(doc, deciders(doc), "Complaint {0} was settled at the desk", mail=False)
		case rules.ASSIGNED:
			heads = approvals.office_holders(HEAD, doc.department)
			tell(doc, heads, "Complaint {0} is yours: remedy due on {1}", format_datetime(doc.due_on))
			tell(doc, [doc.verifier], "You are to verify complaint {0} with the complainant")
		case rules.ACTED:
			asker = doc.verifier if doc.about_front_desk else doc.first_handler
			tell(doc, [asker], "Complaint {0} is acted on: ask the complainant")
		case rules.VERIFIED:
			if doc.customer_evaluation not in (rules.SATISFIED, rules.FAIRLY_SATISFIED):
				tell(doc, deciders(doc), "Complaint {0} needs your decision before it closes")
		case rules.UNFOUNDED:
			tell(doc, [doc.first_handler], "Complaint {0} is unfounded: tell the complainant why")
		case rules.REOPENED:
			tell(doc, [doc.first_handler, *deciders(doc)], "Complaint {0} is reopened")
		case rules.CLOSED:
			heads = approvals.office_holders(HEAD, doc.department) if doc.department else []
			tell(doc, heads, "Complaint {0} is closed", mail=False)


def deciders(doc: Document) -> set[str]:
	return approvals.office_holders(GENERAL_MANAGER if cint(doc.about_front_desk) else MANAGER)


def tell(doc: Document, users, subject: str, *values: str, mail: bool = True) -> list[str]:
	return notifications.tell(
		users,
		subject,
		(doc.name, *values),
		doctype=doc.doctype,
		name=doc.name,
		details=[
			("Complaint Type", frappe._(doc.complaint_type) if doc.complaint_type else None),
			("Subject", doc.subject),
			("Responsible Department", doc.responsible_department),
		],
		mail=mail,
	)
