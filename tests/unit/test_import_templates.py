"""The import templates fit the DocTypes they are for: every column is a field, every option one that is offered."""

import csv
import json
from pathlib import Path

import pytest

from tests.unit.definitions import scrub

ROOT = Path(__file__).resolve().parents[2]
DOCTYPES = ROOT / "property_service/property_service/doctype"
TEMPLATES = sorted((ROOT / "fixtures" / "import_templates").glob("*.csv"))


# What ERPNext's DocTypes take, the site's test shows; here are the files of our own.
OURS = [template for template in TEMPLATES if (DOCTYPES / template.stem).is_dir()]
# What a company that switches over brings along (docs/switching-over.md).
BROUGHT = {
	*("property_unit", "customer", "supplier", "resident", "property_key", "vehicle_pass", "gym_membership"),
	*("item", "stock_limit_override", "stock_reconciliation", "article_opening", "service_card"),
	*("sales_invoice", "journal_entry"),
}


def fields_of(doctype: str) -> dict[str, dict]:
	"""Column of a file -> field; a column of a table is written `table.field`."""
	fields = {}
	for field in json.loads((DOCTYPES / doctype / f"{doctype}.json").read_text(encoding="utf-8"))["fields"]:
		fields[field["fieldname"]] = field
		if field["fieldtype"] == "Table" and (DOCTYPES / scrub(field["options"])).is_dir():
			rows = fields_of(scrub(field["options"]))
			fields.update({f"{field['fieldname']}.{name}": row for name, row in rows.items()})
	return fields


def read(template: Path) -> tuple[dict[str, dict], list[dict]]:
	with template.open(encoding="utf-8", newline="") as lines:
		return fields_of(template.stem), list(csv.DictReader(lines))


def test_there_is_a_template_for_everything_that_is_brought():
	assert {template.stem for template in TEMPLATES} == BROUGHT


@pytest.mark.parametrize("template", OURS, ids=lambda template: template.stem)
def test_columns_are_fields_and_mandatory_ones_are_filled(template):
	fields, rows = read(template)
	assert rows
	assert set(rows[0]) <= set(fields)
	tables = {column.split(".")[0] for column in rows[0] if "." in column}
	for row in rows:
		begins_a_document = any(value for column, value in row.items() if "." not in column)
		for column, field in fields.items():
			mandatory = field.get("reqd") and not field.get("default") and field["fieldtype"] != "Table"
			belongs = column.split(".")[0] in tables if "." in column else begins_a_document
			if mandatory and belongs:
				assert row[column], column


@pytest.mark.parametrize("template", OURS, ids=lambda template: template.stem)
def test_values_are_options_of_their_fields(template):
	fields, rows = read(template)
	for row in rows:
		for name, value in row.items():
			if value and fields[name]["fieldtype"] == "Select":
				assert value in fields[name]["options"].split("\n"), (name, value)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_every_line_has_every_column(template):
	with template.open(encoding="utf-8", newline="") as lines:
		header, *rows = csv.reader(lines)
	assert rows and {len(row) for row in rows} == {len(header)}


def test_units_stand_below_units_that_come_before_them():
	_fields, rows = read(ROOT / "fixtures/import_templates/property_unit.csv")
	seen = {""}
	for row in rows:
		assert row["parent_code"] in seen
		seen.add(row["unit_code"])
