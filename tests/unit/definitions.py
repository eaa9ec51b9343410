"""The app's definition files, read as data."""

import ast
import csv
import json
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "property_service"
MODULE = APP / "property_service"

# Roles of Frappe and ERPNext that definitions may name beside the app's own.
PLATFORM_ROLES = {"System Manager", "Accounts User", "Employee", "All", "Desk User", "Guest"}
# What ERPNext lets work with its own documents, which a workflow of ours must not keep from them.
ERPNEXT_ROLES = {"Stock User", "Stock Manager", "Purchase User", "Purchase Manager"}
# States and actions that Frappe brings along.
PLATFORM_STATES = {"Pending", "Approved", "Rejected"}
PLATFORM_ACTIONS = {"Approve", "Reject", "Review"}


def read(path: Path):
	return json.loads(path.read_text(encoding="utf-8"))


def chinese() -> dict[str, str]:
	"""English text -> its Chinese where no context asks for another one."""
	with (APP / "translations" / "zh.csv").open(encoding="utf-8", newline="") as lines:
		return {row[0]: row[1] for row in csv.reader(lines) if len(row) < 3 or not row[2]}


def fixture_names(fixture: str) -> set[str]:
	return {record["name"] for record in read(APP / "fixtures" / fixture)}


def definitions(kind: str) -> dict[str, dict]:
	"""Folder name -> definition, for `kind` doctype, workflow, report …"""
	found = {path.parent.name: read(path) for path in sorted(MODULE.glob(f"{kind}/*/*.json"))}
	assert found, f"no {kind} found in {MODULE}"
	return found


def custom_fields() -> dict[str, list[dict]]:
	"""The fields that set-up adds to DocTypes of ERPNext; read from the source, which only imports on a site."""
	source = (APP / "setup" / "custom_fields.py").read_text(encoding="utf-8")
	for node in ast.parse(source).body:
		if isinstance(node, ast.Assign) and node.targets[0].id == "CUSTOM_FIELDS":
			return ast.literal_eval(node.value)
	raise AssertionError("no CUSTOM_FIELDS")


def scrub(name: str) -> str:
	return name.replace(" ", "_").replace("-", "_").lower()
