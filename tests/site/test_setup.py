"""What set-up makes on a site, and that it leaves alone what a company has changed."""

import frappe
import pytest

from property_service import series
from property_service.setup import custom_fields, install, permissions, roles, workflows


@pytest.mark.parametrize(
	("pattern", "prefix"),
	[("BX-.YYYY.-.#####", "BX-2026-"), ("K-.YY.-.####", "K-26-"), ("ZH-.#####", "ZH-")],
)
def test_prefix_is_the_one_frappe_counts_under(pattern, prefix):
	assert series.prefix_of(pattern, 2026) == prefix


def test_this_and_next_years_numbers_are_there():
	"""Trap 4: the first insert under a new prefix deadlocks when two do it at once."""
	year = frappe.utils.getdate().year
	for prefix in (f"BX-{year}-", f"BX-{year + 1}-", f"PG-{year}-", f"PG-{year + 1}-", "ZH-"):
		assert frappe.db.sql("select current from tabSeries where name = %s", prefix), prefix


def test_counting_goes_on_when_prefixes_are_ensured_again():
	year = frappe.utils.getdate().year
	frappe.db.sql("update tabSeries set current = 41 where name = %s", f"BX-{year}-")
	frappe.db.sql("delete from tabSeries where name = %s", f"BX-{year + 1}-")
	series.ensure_prefixes()
	assert frappe.db.sql("select current from tabSeries where name = %s", f"BX-{year}-") == ((41,),)
	assert frappe.db.sql("select current from tabSeries where name = %s", f"BX-{year + 1}-") == ((0,),)


def test_the_desk_writes_dates_the_chinese_way():
	"""The desk reads the default, everything else the setting."""
	assert frappe.defaults.get_global_default("date_format") == "yyyy-mm-dd"
	assert frappe.db.get_single_value("System Settings", "date_format") == "yyyy-mm-dd"


@pytest.mark.parametrize(
	("version", "outdated"),
	[
		("15.101.1", True),
		("15.115.0", False),
		("15.120.3", False),
		("16.0.0-dev", True),
		("16.26.0", False),
		("17.0.0", False),
	],
)
def test_versions_with_known_holes_are_named(version, outdated):
	assert bool(install.outdated_apps({"frappe": version})) is outdated


def test_every_job_has_a_profile_with_its_role():
	for job in roles.ROLE_PROFILES:
		held = {row.role for row in frappe.get_doc("Role Profile", job).roles}
		assert held == {job, *roles.ROLE_PROFILES[job]}


def test_a_profile_that_the_company_changed_stays_changed():
	profile = frappe.get_doc("Role Profile", "Technician")
	profile.append("roles", {"role": "Stock User"})
	profile.save()
	roles.create_missing_profiles()
	assert "Stock User" in {row.role for row in frappe.get_doc("Role Profile", "Technician").roles}


def test_a_workflow_that_the_company_changed_stays_changed():
	workflow = frappe.get_doc("Workflow", "Repair Ticket")
	workflow.transitions[0].condition = "doc.priority"
	workflow.save()
	workflows.import_all()
	assert frappe.get_doc("Workflow", "Repair Ticket").transitions[0].condition == "doc.priority"


def test_a_newer_file_brings_its_workflow():
	frappe.db.set_value("Workflow", "Repair Ticket", "modified", "2020-01-01", update_modified=False)
	frappe.db.set_value("Workflow", "Repair Ticket", "is_active", 0, update_modified=False)
	workflows.import_all()
	assert frappe.db.get_value("Workflow", "Repair Ticket", "is_active") == 1


def test_granting_twice_grants_once(cast):
	permissions.grant()
	for doctype, granted in permissions.GRANTS.items():
		for role in granted:
			assert frappe.db.count("Custom DocPerm", {"parent": doctype, "role": role}) == 1


def test_granting_keeps_the_standard_permissions():
	for doctype in permissions.GRANTS:
		standard = permissions.rules_of("DocPerm", doctype)
		assert set(standard) <= set(permissions.rules_of("Custom DocPerm", doctype))


def test_revoking_leaves_a_permission_that_the_company_added():
	frappe.permissions.add_permission("Issue Priority", "Support Team")
	permissions.revoke()
	assert frappe.db.exists("Custom DocPerm", {"parent": "Issue Priority", "role": "Support Team"})
	assert not frappe.db.exists("Custom DocPerm", {"parent": "Issue Priority", "role": "Technician"})
	assert not frappe.db.exists("Custom DocPerm", {"parent": "Customer"})


def test_the_clerk_looks_up_customers_and_changes_none(as_user):
	with as_user("clerk"):
		assert frappe.has_permission("Customer", "read")
		assert not frappe.has_permission("Customer", "write")


@pytest.mark.rule("ORG-01")
def test_departments_say_who_signs_for_them():
	meta = frappe.get_meta("Department")
	for field in custom_fields.CUSTOM_FIELDS["Department"]:
		assert meta.get_field(field["fieldname"]), field["fieldname"]


def test_a_field_of_the_companys_own_is_neither_taken_over_nor_removed():
	frappe.db.set_value("Custom Field", "Department-cost_center", "module", None)
	assert "cost_center" not in {field["fieldname"] for field in custom_fields.own_fields()["Department"]}
	custom_fields.remove()
	assert frappe.db.exists("Custom Field", "Department-cost_center")
	assert not frappe.db.exists("Custom Field", "Department-department_head")


def test_patches_can_be_imported():
	for line in frappe.get_file_items(frappe.get_app_path("property_service", "patches.txt")):
		if not line.startswith(("[", "#", "execute:")):
			assert callable(frappe.get_attr(f"{line.split()[0]}.execute"))
