"""Whoever sees a field for the first time reads what it decides.

A field decides something when the user enters it and it is a choice, a tick, a share, an amount, a number or a day: such a
field of every document and of every row of one has a description. In the settings so has everything but the names of what a
row is about, and on ERPNext's documents everything that is ours: nobody knows those fields from elsewhere.
"""

import re

import pytest

from tests.unit.definitions import chinese, custom_fields, definitions

CHINESE = chinese()
DOCTYPES = {doctype["name"]: doctype for doctype in definitions("doctype").values()}
SETTINGS = DOCTYPES["Property Service Settings"]
TABLES = [DOCTYPES[field["options"]] for field in SETTINGS["fields"] if field["fieldtype"] == "Table"]
LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading"}
DECIDING = {"Select", "Check", "Percent", "Currency", "Int", "Float", "Date", "Datetime", "Time", "Duration"}
CUSTOM_FIELDS = custom_fields()
# Words and links without which a step is refused; nothing in the definition tells them from the others.
ASKED_FOR = {
	"Article Transfer": ("maintenance_note",),
	"Card Transaction": ("new_card_no",),
	"Customer Complaint": ("cause_analysis", "corrective_action", "action_owner"),
	"Front Desk Receipt": ("purpose",),
	"Key Loan": ("purpose",),
	"Repair Ticket": ("deferral_plan", "consented_by"),
	"Residence Application": ("employer_letter", "employer_confirmed_by"),
	"Scrap Request": ("verifiers", "finding"),
	"Scrap Request Item": ("responsible", "residual_item", "residual_warehouse", "proceeds_account"),
	"Tool Request": ("purpose",),
}
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
	[d for d in DOCTYPES.values() if not d.get("issingle")],
	ids=lambda doctype: doctype["name"],
)
def test_what_decides_something_says_so(doctype):
	"""Child tables are documents here: their columns are entered like any other field."""
	assert silent([field for field in entered(doctype) if field["fieldtype"] in DECIDING]) == []


@pytest.mark.parametrize("name", ASKED_FOR)
def test_what_a_step_asks_for_says_so(name):
	fields = {field["fieldname"]: field for field in entered(DOCTYPES[name])}
	assert silent([fields[fieldname] for fieldname in ASKED_FOR[name]]) == []


@pytest.mark.parametrize("name", CUSTOM_FIELDS)
def test_what_we_add_to_a_document_of_erpnext_says_what_it_does(name):
	assert silent(entered({"fields": CUSTOM_FIELDS[name]})) == []


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


@pytest.mark.parametrize(
	"fields",
	[*(doctype["fields"] for doctype in DOCTYPES.values()), *CUSTOM_FIELDS.values()],
	ids=[*DOCTYPES, *(f"{name} (custom)" for name in CUSTOM_FIELDS)],
)
def test_no_description_repeats_its_label(fields):
	"""Two words at least that the label does not have, in Chinese another text than the label's."""
	for field in fields:
		label, text = field.get("label") or "", field.get("description") or ""
		if text:
			assert len(words(text) - words(label)) >= 2, field["fieldname"]
			assert CHINESE.get(text) not in (None, CHINESE.get(label)), field["fieldname"]
