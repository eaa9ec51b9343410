"""Everything that differs between the supported versions of Frappe lives here, and nowhere else."""

import frappe


def version_tuple(version: str) -> tuple[int, ...]:
	"""'15.101.1' or '16.0.0-dev' as numbers that compare; what is not a number ends the tuple."""
	numbers = []
	for part in version.split("-")[0].split("."):
		if not part.isdigit():
			break
		numbers.append(int(part))
	return tuple(numbers)


FRAPPE_MAJOR = version_tuple(frappe.__version__)[0]

# /app became /desk with Frappe 16.
DESK_PATH = "/app" if FRAPPE_MAJOR < 16 else "/desk"

# A Budget of ERPNext 15 is for one fiscal year, has rows of accounts and may name a Monthly Distribution; one of 16 is
# for one account over some fiscal years and has rows of periods.
BUDGET_SHARES_ITSELF_OUT = FRAPPE_MAJOR >= 16


def set_test_mode(on: bool) -> None:
	"""Frappe 15 keeps the mode in `frappe.flags.in_test`, 16 in a module-level switch as well."""
	frappe.flags.in_test = on
	if FRAPPE_MAJOR >= 16:
		from frappe.tests.utils import toggle_test_mode

		toggle_test_mode(on)


def forget_role_profile(profile: str) -> None:
	"""Users keep their roles but no longer follow the profile; 16 keeps several profiles of a user in a table."""
	frappe.db.set_value("User", {"role_profile_name": profile}, "role_profile_name", None)
	if frappe.db.table_exists("User Role Profile"):
		frappe.db.delete("User Role Profile", {"role_profile": profile})
