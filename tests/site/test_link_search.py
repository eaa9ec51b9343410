"""A link field suggests options of our documents in the reader's words and still finds them by the stored ones."""

import frappe
import pytest

from property_service.desk_doors import MODULE
from property_service.link_search import search_link, search_widget
from tests.site import make

SEARCH = "frappe.desk.search"


@pytest.fixture
def chinese():
	before, frappe.local.lang = frappe.local.lang, "zh"
	yield
	frappe.local.lang = before


@pytest.fixture
def one_of_each(monkeypatch):
	"""The database answers a search with a document for each option: the columns asked for, in their order."""
	of_database = frappe.get_list

	def get_list(doctype, *args, **asked_for):
		if "strict" not in asked_for:  # asked by somebody else
			return of_database(doctype, *args, **asked_for)
		meta = frappe.get_meta(doctype)
		asked = [plain(field) for field in asked_for["fields"]]
		words = {name: choices(meta, name) for name in asked}
		return [
			[words[name][number % len(words[name])] for name in asked]
			for number in range(max(map(len, words.values())))
		]

	monkeypatch.setattr(frappe, "get_list", get_list)


def plain(field: object) -> str:
	"""The name of a column that Frappe asks for: `tabKey`.`status`, title as `label`; the relevance is none."""
	return field.split(" as ")[0].split(".")[-1].strip("`") if isinstance(field, str) else ""


def choices(meta, fieldname: str) -> list[str]:
	"""The options of a field; what another field, or none, may hold is of no interest."""
	df = meta.get_field(fieldname)
	if df and df.fieldtype == "Select":
		return [option for option in df.options.split("\n") if option]
	if df and df.fieldtype == "Link" and frappe.get_meta(df.options).translated_doctype:
		return frappe.get_all(df.options, pluck="name", order_by="name") or ["T-nobody"]
	return [f"T-{fieldname}"]


def kinds() -> list[str]:
	of_ours = {"module": MODULE, "istable": 0, "issingle": 0}
	return frappe.get_all("DocType", filters=of_ours, pluck="name", order_by="name")


def stored_words(doctype: str) -> dict[str, str]:
	"""Stored option -> what list and form show, for what a link to this kind of document suggests."""
	meta = frappe.get_meta(doctype)
	suggested = {*meta.get_search_fields(), meta.title_field} - {"name", None}
	return {
		option: frappe._(option, context=doctype if meta.get_field(name).fieldtype == "Select" else None)
		for name in suggested
		for option in choices(meta, name)
		if not option.startswith("T-")
	}


def test_every_kind_of_document_suggests_its_options_in_chinese(chinese, one_of_each):
	with_options = [doctype for doctype in kinds() if stored_words(doctype)]
	assert len(with_options) > 30
	for doctype in with_options:
		words = stored_words(doctype)
		english = {option for option, word in words.items() if option != word}
		assert english, f"{doctype}: no Chinese"
		suggested = {part for row in search_link(doctype, "") for part in row["description"].split(", ")}
		listed = {part for row in search_widget(doctype, "", searchfield="name") for part in row}
		for shown in (suggested, listed):
			assert not shown & english, f"{doctype}: {shown & english}"
			assert set(words.values()) <= shown, f"{doctype}: {set(words.values()) - shown}"


def test_no_title_is_an_option():
	"""A title is shown by itself, as it is stored: in the link field, and on top of a form that ours do not translate."""
	metas = map(frappe.get_meta, kinds())
	titles = {
		meta.name: meta.get_field(meta.title_field).fieldtype
		for meta in metas
		if meta.show_title_field_in_link
	}
	assert titles and "Select" not in titles.values()


@pytest.fixture
def key(committed) -> str:
	key = make.key(key_tag=f"T-{frappe.generate_hash(length=6)}", storage_place="A柜 3 号")
	committed()
	return key.name


def test_the_desk_asks_us_and_finds_by_the_stored_word(rest, key):
	def suggested(person, **asked):
		answer = rest(person).call(f"{SEARCH}.search_link", doctype="Property Key", **asked)
		return {row["value"]: row["description"] for row in answer.json()["message"]}

	for asked in ({"txt": key}, {"txt": "In Cabinet", "page_length": 1000}):
		assert "在柜" in suggested("clerk", **asked)[key].split(", ")
	assert "在柜" in suggested("clerk", txt=f" {key} ", filters='{"status": "In Cabinet"}')[key]
	assert suggested("clerk", txt=key, filters='{"status": "Lent"}') == {}
	assert len(suggested("clerk", txt="", page_length=1)) == 1
	rows = rest("clerk").call(f"{SEARCH}.search_widget", doctype="Property Key", txt=key).json()["message"]
	assert [row[0] for row in rows] == [key] and "在柜" in rows[0]


def test_who_may_not_see_a_key_is_suggested_none(rest, key):
	for method in ("search_link", "search_widget"):
		answer = rest("cashier").call(f"{SEARCH}.{method}", doctype="Property Key", txt=key)
		assert answer.status_code == 403


def test_other_searches_are_frappes_own(rest, cast, committed):
	staff = "property_service.property_service.doctype.service_order.assignment.search_staff"
	asked = {"doctype": "Employee", "txt": "张建国", "query": staff, "filters": "{}"}
	found = rest("clerk").call(f"{SEARCH}.search_link", **asked).json()["message"]
	assert cast.employee("technician") in [row["value"] for row in found]
	whole = rest("clerk").call(
		f"{SEARCH}.search_widget", doctype="Property Key", txt="", as_dict=1, page_length=1
	)
	assert all(isinstance(row, dict) for row in whole.json()["message"])
