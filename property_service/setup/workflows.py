"""Imports the workflows in property_service/workflow: Frappe 15 does not sync that folder by itself.

A company may adapt a workflow to its own approval steps. Its edit stays until the app ships a newer file, told by
the file's `modified`.
"""

from pathlib import Path

import frappe
from frappe.modules.import_file import import_file_by_path

FOLDER = ("property_service", "workflow")


def files() -> list[Path]:
	return sorted(Path(frappe.get_app_path("property_service", *FOLDER)).glob("*/*.json"))


def names() -> list[str]:
	return [frappe.get_file_json(str(path))["name"] for path in files()]


def import_all() -> None:
	for path in files():
		import_file_by_path(str(path))
	frappe.clear_cache()


def remove() -> None:
	for name in names():
		frappe.delete_doc(
			"Workflow", name, force=True, ignore_missing=True, ignore_permissions=True
		)  # uninstall
