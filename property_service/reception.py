"""What the reception counter shows of a caller, and how a contact is logged there (SVC-01).

Other areas add ways to find a person (card, plate, key) through the hook `counter_search`, what is open through
`counter_open_matters`, and buttons through `counter_entries`; the page itself knows none of them.
"""

import frappe
from frappe import _

from property_service.property_service.doctype.resident import resident as residents
from property_service.rules import identity
from property_service.rules import reception as rules

FOUND_AT_MOST = 10
CONTACTS_SHOWN = 5
OPEN_SHOWN = 20
PERSON_FIELDS = ("name", "resident_name", "mobile_no", "property_unit", "employer", "status", "tier")


def may_receive() -> None:
	frappe.has_permission("Reception Record", "create", throw=True)


@frappe.whitelist(methods=["GET", "POST"])
def search(text: str) -> list[dict]:
	"""Return up to 10 people by telephone, name, initials or room, and by whatever other registers add.

	Raises frappe.PermissionError for those who do not work at the desk.
	"""
	may_receive()
	text = text.strip()[: residents.LONGEST_SEARCH]
	if not text:
		return []
	found = residents.find(text)
	for method in frappe.get_hooks("counter_search"):
		found += frappe.get_attr(method)(text)
	return list({row["name"]: row for row in found}.values())[:FOUND_AT_MOST]


def residents_by_name(names: list[str]) -> list[dict]:
	"""The residents with these numbers that the user may see, as `search` shows them: for functions of `counter_search`."""
	rows = frappe.get_list(
		"Resident",
		filters={"name": ("in", names)},
		fields=list(PERSON_FIELDS),
		order_by="name",
		limit=FOUND_AT_MOST,
	)
	return residents._with_unit_names(rows)


@frappe.whitelist(methods=["GET", "POST"])
def caller(resident: str | None = None, phone: str | None = None) -> dict:
	"""Return who is calling, the last five contacts of that number or person, and what is open.

	Raises frappe.PermissionError for those who do not work at the desk.
	"""
	may_receive()
	person = known_person(resident)
	phone = normal(phone or person.get("mobile_no"))
	return {
		"person": person,
		"phone": phone,
		"contacts": last_contacts(person.get("name"), phone),
		"open": open_matters(person.get("name"), phone),
		"entries": entries(),
	}


@frappe.whitelist(methods=["POST"])
def log(
	category: str,
	content: str,
	channel: str = "Phone",
	resident: str | None = None,
	contact_name: str | None = None,
	contact_phone: str | None = None,
	property_unit: str | None = None,
	outcome: str | None = None,
) -> dict:
	"""Write a contact and return its number with the document it asks for, if any.

	Raises frappe.ValidationError for an unknown caller or category, frappe.PermissionError for a stranger.
	"""
	values = {key: value for key, value in locals().items() if value}
	record = frappe.get_doc({"doctype": "Reception Record", **values}).insert()
	return {"name": record.name, "document": rules.DOCUMENT_OF.get(record.category)}


def known_person(resident: str | None) -> dict:
	if not resident:
		return {}
	rows = frappe.get_list(
		"Resident", filters={"name": resident}, fields=list(PERSON_FIELDS), limit=1, order_by="name"
	)
	if not rows:
		frappe.throw(_("Resident {0} not found").format(frappe.bold(resident)), frappe.DoesNotExistError)
	return residents._with_unit_names(rows)[0]


def normal(phone: str | None) -> str | None:
	try:
		return identity.phone(phone) if phone else None
	except ValueError:
		return phone


def last_contacts(resident: str | None, phone: str | None) -> list[dict]:
	same = {"resident": resident, "contact_phone": phone}
	or_filters = {field: value for field, value in same.items() if value}
	if not or_filters:
		return []
	return frappe.get_list(
		"Reception Record",
		or_filters=or_filters,
		fields=[
			"name",
			"received_on",
			"category",
			"channel",
			"content",
			"outcome",
			"reference_doctype",
			"reference_name",
		],
		order_by="received_on desc",
		limit=CONTACTS_SHOWN,
	)


def open_matters(resident: str | None, phone: str | None) -> list[dict]:
	"""What is open for a person, the oldest first; each area answers for its own documents."""
	if not (resident or phone):
		return []
	rows = []
	for method in frappe.get_hooks("counter_open_matters"):
		rows += frappe.get_attr(method)(resident, phone)
	return sorted(rows, key=lambda row: str(row["since"]))[:OPEN_SHOWN]


def open_service_matters(resident: str | None, phone: str | None) -> list[dict]:
	"""Repair tickets and service orders of a caller that have not ended (hook `counter_open_matters`)."""
	tickets = frappe.get_list(
		"Repair Ticket",
		filters={"status": ("not in", ("Closed", "Cancelled"))},
		or_filters={k: v for k, v in {"reported_by": resident, "contact_phone": phone}.items() if v},
		fields=["name", "status", "description as matter", "reported_on as since"],
		order_by="reported_on",
		limit=OPEN_SHOWN,
	)
	rows = [{"doctype": "Repair Ticket", **row} for row in tickets]
	if phone:
		orders = frappe.get_list(
			"Service Order",
			filters={
				"status": ("not in", ("Archived", "Cancelled")),
				"repair_ticket": ("is", "not set"),
				"customer_phone": phone,
			},
			fields=["name", "status", "matter", "creation as since"],
			order_by="creation",
			limit=OPEN_SHOWN,
		)
		rows += [{"doctype": "Service Order", **row} for row in orders]
	return rows


def entries() -> list[dict]:
	"""The buttons of the counter: every DocType that `counter_entries` names and the user may create.

	Each row says under which fieldnames the new document takes the caller.
	"""
	return [
		{"doctype": doctype, "fields": fields}
		for doctype, fields in _entry_fields().items()
		if frappe.has_permission(doctype, "create")
	]


def _entry_fields() -> dict[str, dict[str, str]]:
	"""{DocType: {what is known of the caller: fieldname in the new document}}; a hook's values come as lists."""
	return {
		doctype: {known: fieldnames[-1] for known, fieldnames in fields.items()}
		for doctype, fields in frappe.get_hooks("counter_entries").items()
	}
