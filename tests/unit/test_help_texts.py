"""Whoever sees a field for the first time reads what it decides.

A field decides something when the user enters it and it is a choice, a tick, a share or an amount: such a field of every
document has a description. In the settings so has everything but the names of what a row is about.
"""

import re

import pytest

from tests.unit.definitions import chinese, definitions

CHINESE = chinese()
DOCTYPES = {doctype["name"]: doctype for doctype in definitions("doctype").values()}
SETTINGS = DOCTYPES["Property Service Settings"]
TABLES = [DOCTYPES[field["options"]] for field in SETTINGS["fields"] if field["fieldtype"] == "Table"]
LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading"}
DECIDING = {"Select", "Check", "Percent", "Currency"}
NUMBERS = {"Int", "Float", "Date", "Time", "Duration"}
# What says of a row which one it is; the table's own label says the rest.
NAMES = {
	"company",
	"item",
	"mode_of_payment",
	"purpose",
	"category_name",
	"description",
	"title",
	"source_clause",
}


def entered(doctype: dict) -> list[dict]:
	return [
		field
		for field in doctype["fields"]
		if field["fieldtype"] not in LAYOUT
		and not (field.get("hidden") or field.get("read_only"))
		and field["fieldname"] not in ("naming_series", "amended_from")
	]


def silent(fields: list[dict]) -> list[str]:
	return [field["fieldname"] for field in fields if not field.get("description")]


def test_every_setting_says_what_it_does():
	"""A table says it by its heading or by its columns."""
	assert silent([field for field in entered(SETTINGS) if field["fieldtype"] != "Table"]) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["name"])
def test_every_column_of_the_settings_says_what_it_does(table):
	assert silent([field for field in entered(table) if field["fieldname"] not in NAMES]) == []


@pytest.mark.parametrize(
	"doctype",
	[d for d in DOCTYPES.values() if not (d.get("istable") or d.get("issingle"))],
	ids=lambda doctype: doctype["name"],
)
def test_what_decides_something_says_so(doctype):
	assert silent([field for field in entered(doctype) if field["fieldtype"] in DECIDING]) == []


def words(text: str) -> set[str]:
	return set(re.findall(r"[a-z]+", text.lower())) - {
		"the",
		"a",
		"an",
		"of",
		"is",
		"it",
		"to",
		"and",
		"in",
		"this",
	}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=lambda doctype: doctype["name"])
def test_no_description_repeats_its_label(doctype):
	"""Two words at least that the label does not have, in Chinese another text than the label's."""
	for field in doctype["fields"]:
		label, text = field.get("label") or "", field.get("description") or ""
		if text:
			assert len(words(text) - words(label)) >= 2, field["fieldname"]
			assert CHINESE.get(text) not in (None, CHINESE.get(label)), field["fieldname"]
