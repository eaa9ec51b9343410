"""Takes away what set-up added, in reverse order. Frappe drops the DocTypes and their records after this."""

import json
from pathlib import Path

import frappe

from property_service import series
from property_service.setup import (
	boards,
	custom_fields,
	doctype_switches,
	memory,
	permissions,
	roles,
	service_items,
	service_levels,
	stores,
	till,
	uninstall_traces,
	workflows,
)

FIRST_YEAR = 2000
"""Nothing that was brought along is numbered earlier."""


def before_uninstall() -> None:
	remove_naming_counters()
	uninstall_traces.remove()
	boards.remove()
	service_levels.remove()
	remove_unused("Issue Priority", own_priorities(), "Issue", "priority")
	stores.remove()
	till.remove()
	service_items.remove()
	doctype_switches.remove()
	memory.forget()
	workflows.remove()
	remove_unused("Workflow State", fixture("workflow_state.json"), "Workflow Document State", "state")
	remove_unused(
		"Workflow Action Master", fixture("workflow_action_master.json"), "Workflow Transition", "action"
	)
	for name in fixture("custom_html_block.json"):
		frappe.delete_doc("Custom HTML Block", name, ignore_missing=True, force=True)
	remove_onboarding()
	permissions.revoke()
	roles.remove_profiles()
	roles.remove_roles()
	custom_fields.remove()


def fixture(name: str) -> list[str]:
	return [
		record["name"]
		for record in frappe.get_file_json(frappe.get_app_path("property_service", "fixtures", name))
	]


def remove_onboarding() -> None:
	"""Frappe drops what names our module; a step names none, and the tours of steps would keep them from going."""
	own = {"module": "Property Service"}
	for name in frappe.get_all("Module Onboarding", filters=own, pluck="name", order_by="name"):
		frappe.delete_doc("Module Onboarding", name, force=True)
	for path in sorted(
		Path(frappe.get_app_path("property_service", "property_service", "onboarding_step")).iterdir()
	):
		if path.is_dir() and (file := path / f"{path.name}.json").exists():
			name = json.loads(file.read_text(encoding="utf-8"))["name"]
			frappe.delete_doc("Onboarding Step", name, ignore_missing=True, force=True)
	for name in frappe.get_all("Form Tour", filters=own, pluck="name", order_by="name"):
		frappe.delete_doc("Form Tour", name, force=True)


def own_priorities() -> list[str]:
	"""Those that set-up made, without what an agreement of the company's own names by now."""
	own = [name for key, name in memory.made().items() if key.startswith("priority/")]
	agreed = frappe.get_all(
		"Service Level Priority", filters={"priority": ("in", own)}, pluck="priority", order_by="name"
	)
	return [name for name in own if name not in agreed]


def remove_unused(doctype: str, names: list[str], used_in: str, fieldname: str) -> None:
	"""Something of the company's own may use the same word by now: then it stays."""
	used = set(
		frappe.get_all(used_in, filters={fieldname: ("in", names)}, pluck=fieldname, order_by=fieldname)
	)
	for name in names:
		if name not in used:
			frappe.delete_doc(
				doctype, name, force=True, ignore_missing=True, ignore_permissions=True
			)  # uninstall


def remove_naming_counters() -> None:
	"""A reinstalled app counts from one again, as its tables start empty; those of years that have passed as well."""
	counters = frappe.qb.DocType("Series")
	frappe.qb.from_(counters).delete().where(counters.name.isin(series.prefixes(since=FIRST_YEAR))).run()
