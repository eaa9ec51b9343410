"""The import templates fit the DocTypes they are for: every column is a field, every option one that is offered."""

import csv
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "fixtures" / "import_templates").glob("*.csv"))


def read(template: Path) -> tuple[dict[str, dict], list[dict]]:
	doctype = ROOT / "property_service/property_service/doctype" / template.stem / f"{template.stem}.json"
	fields = {
		field["fieldname"]: field for field in json.loads(doctype.read_text(encoding="utf-8"))["fields"]
	}
	with template.open(encoding="utf-8", newline="") as lines:
		return fields, list(csv.DictReader(lines))


def test_there_are_templates_for_places_and_people():
	assert {"property_unit", "resident"} <= {template.stem for template in TEMPLATES}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_columns_are_fields_and_mandatory_ones_are_filled(template):
	fields, rows = read(template)
	assert rows
	assert set(rows[0]) <= set(fields)
	mandatory = {name for name, field in fields.items() if field.get("reqd")} - {"naming_series"}
	assert all(row[name] for row in rows for name in mandatory)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_values_are_options_of_their_fields(template):
	fields, rows = read(template)
	for row in rows:
		for name, value in row.items():
			if value and fields[name]["fieldtype"] == "Select":
				assert value in fields[name]["options"].split("\n"), (name, value)


def test_units_stand_below_units_that_come_before_them():
	_fields, rows = read(ROOT / "fixtures/import_templates/property_unit.csv")
	seen = {""}
	for row in rows:
		assert row["parent_property_unit"] in seen
		seen.add(row["unit_code"])
