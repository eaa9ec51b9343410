"""A site as an earlier version of the app left it: what each patch is for is taken away, in the current transaction.

`ALL` is what a whole old site lacks; the tests of one patch take one of them.
"""

import frappe

from property_service import settings
from property_service.patches import add_issue_slip_tasks, grant_imports, write_companies
from property_service.setup import permissions
from property_service.setup.memory import MADE

WATER_PURPOSES = ("Water Deposit", "Water Deposit Refund")


def without_water_deposits() -> None:
	"""The till was set up before anybody took deposits for bottles: no purpose, no account, and no memory of them."""
	forgotten = [f"purpose/{name}" for name in WATER_PURPOSES]
	for company in frappe.get_all("Company", pluck="name", order_by="name"):
		key = f"account/{company}/water_deposits"
		forgotten.append(key)
		frappe.db.delete("Receipt Purpose Account", {"company": company, "purpose": ("in", WATER_PURPOSES)})
		account = frappe.db.get_value("DefaultValue", {"parent": MADE, "defkey": key}, "defvalue")
		frappe.db.delete("Account", {"name": account})
	frappe.db.delete("Receipt Purpose", {"name": ("in", WATER_PURPOSES)})
	frappe.db.delete("DefaultValue", {"parent": MADE, "defkey": ("in", forgotten)})
	forget()


def without_issue_slip_tasks() -> None:
	"""The calendar handed in receipts every ten days, and issues with them."""
	codes = add_issue_slip_tasks.CODES
	frappe.db.delete("Procedure Task", {"parent": settings.DOCTYPE, "task_code": ("in", codes)})
	keys = [f"task/{code}" for code in codes]
	frappe.db.delete("DefaultValue", {"parent": MADE, "defkey": ("in", keys)})
	forget()


def without_imports() -> None:
	"""Roles read what they import today; what was granted anew with the imports was not there at all."""
	for doctype, role, rights in grant_imports.RIGHTS:
		rule = {"parent": doctype, "role": role, "permlevel": 0}
		frappe.db.set_value("Custom DocPerm", rule, dict.fromkeys(rights, 0))
		frappe.clear_cache(doctype=doctype)
	for doctype, roles in permissions.OPENING_GRANTS.items():
		earlier = {**permissions.SERVICE_GRANTS, **permissions.STORES_GRANTS}.get(doctype, {})
		new = [role for role in roles if role not in earlier]
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ("in", new)})
		frappe.clear_cache(doctype=doctype)


def without_companies() -> None:
	"""Nobody had written down whose residents, deliveries, counts, loans and looks at numbers there are."""
	for doctype in (*(row[0] for row in write_companies.TAKEN_FROM), "Sensitive Data Access"):
		table = frappe.qb.DocType(doctype)
		frappe.qb.update(table).set(table.company, None).run()


def forget() -> None:
	frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)


ALL = (without_water_deposits, without_issue_slip_tasks, without_imports, without_companies)
PATCHES = "property_service.patches."


def make() -> None:
	"""All of it, on a site where no patch has run."""
	for take_away in ALL:
		take_away()
	frappe.db.delete("Patch Log", {"patch": ("like", f"{PATCHES}%")})
