"""Whatever a program sends for a field of ours is stored or refused by name, never answered with a traceback (Q-05)."""

import json
from typing import ClassVar

import frappe
import pytest
from frappe.model import default_fields, no_value_fields, table_fields
from frappe.model.base_document import get_controller

from property_service.sent_values import CheckedValues, calendar_conditions, parsed, refuse_half_characters
from tests.site import complaint_line, make
from tests.site.access_table import answered
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("Q-05")

BAD = {
	"dict": {"a": 1},
	"list": [1],
	"rows of lists": [{"a": {}}],
	"text": "Nonsense",
	"half a character": "\ud800",
	"long": "长" * 70_000,
	"long name": "长" * 200,
	"huge": 1e308,
	"not a number": float("nan"),
	"endless": 10**400,
	"far away": "9999-99-99 99:99:99",
}
# Enough of a document for its own steps to be reached.
VALUES = {
	"Repair Ticket": make.ticket_values,
	"Service Order": make.order_values,
	"Customer Complaint": complaint_line.values,
	"Property Unit": make.unit_values,
	"Resident": make.resident_values,
	"Reception Record": lambda: {
		"category": "Consultation",
		"contact_name": "何家欢",
		"contact_phone": make.mobile_number(),
		"content": "几点下班?",
		"company": make.company(),
	},
	"Follow Up": lambda: {"reference_doctype": "Repair Ticket", "reference_name": make.ticket().name},
}


@pytest.fixture
def written_by_people(site_connection) -> list[str]:
	return frappe.get_all(
		"DocPerm",
		filters={"parenttype": "DocType", "parent": ("in", own_doctypes())},
		or_filters={"create": 1, "write": 1},
		pluck="parent",
		distinct=True,
		order_by="parent",
	)


def own_doctypes() -> list[str]:
	return frappe.get_all(
		"DocType", filters={"module": "Property Service", "istable": 0}, pluck="name", order_by="name"
	)


def test_every_document_that_people_write_is_checked(written_by_people):
	assert "Repair Ticket" in written_by_people
	unchecked = [name for name in written_by_people if not issubclass(get_controller(name), CheckedValues)]
	assert unchecked == [], "put CheckedValues first among the bases of these controllers"


@pytest.mark.parametrize("kind", BAD)
def test_no_field_breaks_on_a_bad_value(written_by_people, kind):
	broken = []
	for doctype in written_by_people:
		values = VALUES.get(doctype, dict)()
		for fieldname in sent_fields(doctype):
			problem = insert({**values, "doctype": doctype, fieldname: BAD[kind]})
			if problem:
				broken.append((doctype, fieldname, problem))
	assert broken == []


def sent_fields(doctype: str) -> list[str]:
	return [
		field.fieldname
		for field in frappe.get_meta(doctype).fields
		if field.fieldtype not in no_value_fields or field.fieldtype in table_fields
	]


def insert(values: dict) -> str | None:
	"""What would be answered with 5xx; None for what is stored or refused."""
	frappe.db.savepoint("sent")
	try:
		frappe.get_doc(values).insert()
	except Exception as error:
		if getattr(error, "http_status_code", 500) >= 500:
			return repr(error)[:120]
	finally:
		frappe.db.rollback(save_point="sent")
		frappe.clear_messages()
	return None


@pytest.mark.parametrize("kind", BAD)
def test_rows_of_a_table_neither(kind):
	broken = []
	for table in frappe.get_meta("Repair Ticket").get_table_fields():
		for fieldname in (*sent_fields(table.options), *default_fields):
			values = {**make.ticket_values(), table.fieldname: [{fieldname: BAD[kind]}]}
			if problem := insert(values):
				broken.append((table.fieldname, fieldname, problem))
	assert broken == []


def test_the_refusal_names_the_field(rest):
	answer = rest("clerk").insert("Reception Record", VALUES["Reception Record"](), contact_phone={"a": 1})
	assert answer.status_code == 417
	assert "电话" in refusal(answer)


def test_a_series_of_ones_own_is_no_number(as_user):
	with as_user("clerk"):
		with pytest.raises(frappe.ValidationError, match="no value for"):
			make.ticket(naming_series="MINE-.#####")
		assert make.ticket().name.startswith("BX-")


@pytest.mark.parametrize("sent", ["\ud800", "x\udfff", ["\ud83d"], {"a": "\ud800"}])
def test_half_a_character_is_refused_before_anything_looks_it_up(sent):
	"""Names, search texts and keys of every method, Frappe's own as well."""
	for values in ({"name": sent}, {"rows": [{"deep": [sent]}]}):
		frappe.local.form_dict = frappe._dict(values)
		with pytest.raises(frappe.ValidationError):
			refuse_half_characters()
	frappe.local.form_dict = frappe._dict(name="😀", rows=[1, None, {"a": float("nan")}])
	refuse_half_characters()


def test_half_a_character_over_rest(rest):
	client = rest("clerk")
	for path in ("property_service.reception.search", "frappe.client.get_count"):
		answer = client.call(path, text="\ud800", doctype="\ud800")
		assert answer.status_code == 417, answer.text[:300]


@pytest.mark.parametrize(
	("start", "end", "filters"),
	[
		("9999-99-99", "2026-01-31", None),
		("2026-01-01", "Nonsense", None),
		("2026-01-01", "2026-01-31", "[["),
		("2026-01-01", "2026-01-31", "[1]"),
		("2026-01-01", "2026-01-31", {"a": 1}),
		("2026-01-01", "2026-01-31", [["Key Loan", "name", "in", [{}]]]),
	],
)
def test_a_calendar_is_asked_for_days_and_conditions(site_connection, start, end, filters):
	with pytest.raises(frappe.ValidationError):
		calendar_conditions(start, end, filters)
	condition = ["Key Loan", "status", "=", "Lent", False]
	days, conditions = calendar_conditions("2026-01-01", "2026-01-31", [condition])
	assert [str(day) for day in days] == ["2026-01-01", "2026-01-31"]
	assert conditions == [condition]


@pytest.mark.parametrize(
	"sent",
	[
		*({"owner": {}}, {"owner": 5}, {"docstatus": "x"}, {"docstatus": 1e308}, {"idx": [1]}, {"name": [1]}),
		*({"creation": "Nonsense"}, {"creation": ""}, {"modified": {}}),
	],
)
def test_what_frappe_keeps_of_a_document_is_looked_at_first(site_connection, sent):
	"""It reads these while it makes the document of what was sent."""
	ticket = {"doctype": "Repair Ticket"}
	row = {"photos": [{"image": "/files/x.png", **sent}]}
	for values in (sent, row):
		with pytest.raises(frappe.ValidationError, match="no value for"):
			frappe.get_doc({**ticket, **values})
		with pytest.raises(frappe.ValidationError, match="no value for"):
			frappe.new_doc("Repair Ticket").update(values)
	assert frappe.get_doc({**ticket, "docstatus": "1", "owner": None}).docstatus == 1


class TestAddedFields:
	"""What the app adds to documents of ERPNext; test_bad_input.py asks each field, this one each door."""

	SENT: ClassVar = [
		("Stock Entry", {"department": {"a": 1}}),
		("Stock Entry", {"items": [{"tool_holder": ["like", "%"]}]}),
		("Material Request", {"approval_steps": "x"}),
		("Purchase Receipt", {"receipt_documents": [{"file": {"a": 1}}]}),
		("Purchase Receipt", {"receipt_documents": [{"name": {}}]}),
	]

	@pytest.mark.parametrize(("doctype", "sent"), SENT)
	def test_a_new_document(self, rest, doctype, sent):
		client, whole = rest("storekeeper"), {"doctype": doctype, **sent}
		for answer in (
			client.insert(doctype, sent),
			client.request("POST", f"/api/v2/document/{doctype}", json=sent),
			client.call("frappe.client.insert", doc=whole),
			client.call("frappe.client.insert", doc=json.dumps(whole)),
			client.call("frappe.client.insert_many", docs=json.dumps([whole])),
			client.call("frappe.desk.form.save.savedocs", doc=json.dumps(whole), action="Save"),
		):
			assert answer.status_code == 417, answer.text[:500]

	def test_a_stored_one(self, rest, cast):
		client, sent = rest("storekeeper"), {"permitted_storage_classes": "x"}
		name = frappe.get_all("Warehouse", {"is_group": 0}, pluck="name", order_by="name", limit=1)[0]
		for answer in (
			client.update("Warehouse", name, sent),
			client.request("PUT", f"/api/v2/document/Warehouse/{name}", json=sent),
			client.call("frappe.client.set_value", doctype="Warehouse", name=name, fieldname=sent),
			client.call(
				"frappe.client.set_value", doctype="Warehouse", name=name, fieldname=json.dumps(sent)
			),
			client.set_value("Warehouse", name, "permitted_storage_classes", "x"),
		):
			assert answer.status_code == 417, answer.text[:500]

	@pytest.mark.parametrize(("doctype", "sent"), SENT)
	def test_before_frappe_makes_a_document_of_it(self, as_user, doctype, sent):
		with as_user("storekeeper"):
			status, error = answered("frappe.client.insert", {"doc": {"doctype": doctype, **sent}})
		assert status == 417, repr(error)

	def test_a_date_that_is_none(self, cast):
		department = frappe.get_doc("Department", cast.departments["environment"])
		department.acting_head, department.acting_until = cast.user("technician"), "Nonsense"
		with pytest.raises(frappe.ValidationError, match="no value for"):
			department.save()


def test_a_number_sent_as_text_is_compared_as_a_number(cast):
	unit = make.unit(capacity=4)
	unit.reload()
	unit.capacity = "3"
	unit.save()
	assert unit.capacity == 3


def test_json_in_a_text_holds_no_half_characters_either():
	for text in ('["\\ud800"]', '{"a": "\\udfff"}'):
		with pytest.raises(frappe.ValidationError, match="half a character"):
			parsed(text)
	assert parsed('["\\ud83d\\ude00"]') == ["😀"]
	assert parsed("[[") is None
