"""The app's definition files, read as data."""

import json
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "property_service"
MODULE = APP / "property_service"

# Roles of Frappe and ERPNext that definitions may name beside the app's own.
PLATFORM_ROLES = {"System Manager", "Accounts User", "Employee", "All", "Desk User", "Guest"}


def read(path: Path):
	return json.loads(path.read_text(encoding="utf-8"))


def fixture_names(fixture: str) -> set[str]:
	return {record["name"] for record in read(APP / "fixtures" / fixture)}


def definitions(kind: str) -> dict[str, dict]:
	"""Folder name -> definition, for `kind` doctype, workflow, report …"""
	found = {path.parent.name: read(path) for path in sorted(MODULE.glob(f"{kind}/*/*.json"))}
	assert found, f"no {kind} found in {MODULE}"
	return found


def scrub(name: str) -> str:
	return name.replace(" ", "_").replace("-", "_").lower()
