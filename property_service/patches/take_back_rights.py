"""Rights that went further than the procedures ask (ORG-02, ORG-03).

Frappe gave every role that was granted something on a DocType of ERPNext its whole list to export as well, and read access
where names are only picked. Documents of the app's own were shared past department and company.
"""

import frappe
from frappe.permissions import update_permission_property

from property_service.setup.permissions import GIVEN_BY_FRAPPE, GRANTS, RIGHTS


def execute() -> None:
	"""Takes back what no grant names, where the company has not changed the row since; and shares of our documents."""
	for doctype, roles in GRANTS.items():
		for role, rights in roles.items():
			row = {"parent": doctype, "role": role, "permlevel": 0}
			stored = frappe.db.get_value("Custom DocPerm", row, list(RIGHTS), as_dict=True) or {}
			given = {right for right in RIGHTS if right not in row and stored.get(right)}
			# picking is part of reading: which of the two was granted makes no difference here
			if given | {"select"} == {*rights, *GIVEN_BY_FRAPPE, "select"}:
				for right in given - {*rights}:
					update_permission_property(doctype, role, 0, right, 0, if_owner=stored["if_owner"])
	own = frappe.get_all("DocType", filters={"module": "Property Service"}, pluck="name", order_by="name")
	frappe.db.delete("DocShare", {"share_doctype": ("in", own), "name": ("not in", [*of_verifiers(), ""])})


def of_verifiers() -> list[str]:
	"""Shares by which the app lets in who verifies a complaint, and asks how it was: of the complaint and of its follow-ups."""
	share, complaint = frappe.qb.DocType("DocShare"), frappe.qb.DocType("Customer Complaint")
	follow_up = frappe.qb.DocType("Follow Up")
	of_complaints = (
		frappe.qb.from_(share)
		.join(complaint)
		.on((share.share_name == complaint.name) & (share.user == complaint.verifier))
		.select(share.name)
		.where(share.share_doctype == "Customer Complaint")
	)
	of_follow_ups = (
		frappe.qb.from_(share)
		.join(follow_up)
		.on(share.share_name == follow_up.name)
		.join(complaint)
		.on((follow_up.reference_name == complaint.name) & (share.user == complaint.verifier))
		.select(share.name)
		.where(share.share_doctype == "Follow Up")
	)
	return [name for query in (of_complaints, of_follow_ups) for name in query.run(pluck=True)]
