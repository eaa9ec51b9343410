"""The types of complaint a service centre starts with; shown in the reader's language, renamed and added to at will."""

import frappe

# (type, may the clerk settle it alone)
TYPES = (
	("Service Attitude", 1),
	("Repair Quality", 1),
	("Repair Delay", 1),
	("Cleanliness", 1),
	("Safety and Order", 0),
	("Charges", 0),
	("Noise", 1),
	("Facilities", 1),
	("Other Complaint", 1),
)


def make_first_ones() -> None:
	"""Only on a site without any: a company that has its own list keeps it."""
	if frappe.db.count("Complaint Type"):
		return
	for type_name, desk_may_settle in TYPES:
		frappe.get_doc(
			{"doctype": "Complaint Type", "type_name": type_name, "desk_may_settle": desk_may_settle}
		).insert(ignore_permissions=True)  # set-up, before anybody works here
