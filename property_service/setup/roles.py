"""One role profile per job: the job's own role with those ERPNext roles that the job also needs.

The roles themselves are fixtures (fixtures/role.json). Profiles are made once and then belong to the company.
"""

import frappe

from property_service import compat

# Everybody with a login is an employee; ERPNext's Employee role reads departments, companies and colleagues' names.
ROLE_PROFILES = {
	"Front Desk Clerk": ["Employee"],
	"Service Manager": ["Employee", "Quality Manager"],
	"Technician": ["Employee"],
	"Cashier": ["Employee", "Accounts User"],
	"Storekeeper": ["Employee", "Stock User"],
	"Buyer": ["Employee", "Purchase User"],
	"Department Head": ["Employee"],
	"Stores Accountant": ["Employee", "Accounts User", "Stock User"],
	"Finance Manager": ["Employee", "Accounts User", "Accounts Manager"],
	"General Manager": ["Employee", "Auditor"],
	"Admin HR": ["Employee", "HR User"],
}

# A resident has a login to the portal only, and a terminal that takes cards one to the API: no profile for them.
ROLES = (*ROLE_PROFILES, "Resident", "Card Terminal")


def create_missing_profiles() -> None:
	for job, further_roles in ROLE_PROFILES.items():
		if frappe.db.exists("Role Profile", job):
			continue
		profile = frappe.new_doc("Role Profile", role_profile=job)
		for role in (job, *further_roles):
			profile.append("roles", {"role": role})
		profile.insert(ignore_permissions=True)  # set-up, before anybody works here


def remove_profiles() -> None:
	"""Removes the app's profiles; users that had one keep the roles of ERPNext they were given."""
	for job in ROLE_PROFILES:
		compat.forget_role_profile(job)
		frappe.delete_doc(
			"Role Profile", job, force=True, ignore_missing=True, ignore_permissions=True
		)  # uninstall


def remove_roles() -> None:
	"""Takes the app's roles from everybody and removes them."""
	for role in ROLES:
		frappe.db.delete("Has Role", {"role": role})
		frappe.delete_doc("Role", role, force=True, ignore_missing=True, ignore_permissions=True)  # uninstall
