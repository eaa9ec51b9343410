"""What the server owns stays what it was, whatever a program sends by whatever door (Q-05)."""

import csv
import inspect
import json

import frappe
import pytest
from frappe.core.doctype.data_import.importer import Importer
from frappe.model import no_value_fields, table_fields
from frappe.model.base_document import get_controller

from property_service.buying import material_request
from property_service.stock import acceptance, direct_issues
from tests.site import make
from tests.site.bare import bare

# Documents of ERPNext: what the app adds to them and writes itself.
OF_ERPNEXT = {
	"Material Request": material_request.SERVER_FIELDS,
	"Purchase Receipt": (*direct_issues.SERVER_FIELDS, *acceptance.SERVER_FIELDS),
}
# Fields that a form does not offer and that are sent all the same, one by one.
JUDGED = {
	# the state is the step: the workflow and the document's rules say who may take it, from where and with what
	**dict.fromkeys(
		[
			("Customer Complaint", "status"),
			("Defect Notice", "status"),
			("Repair Ticket", "status"),
			("Scrap Request", "status"),
			("Service Order", "status"),
		],
		"a step",
	),
	# Amend of the desk sends it with the copy; nothing of ours is decided by it
	**dict.fromkeys(
		[
			("Amortisation Run", "amended_from"),
			("Article Opening", "amended_from"),
			("Warehouse Check", "amended_from"),
		],
		"Frappe's own",
	),
	# fetched from the linked document at every save, after this step
	**dict.fromkeys(
		[
			("Satisfaction Response", "company"),
			("Stock Limit Override", "company"),
			("Stock Limit Override", "item_name"),
		],
		"fetched",
	),
}
# Of those, what a new document takes from nobody: a ticket that is taken is open.
BEGINS_AS_IT_SHOULD = {("Repair Ticket", "status")}

pytestmark = pytest.mark.rule("Q-05")


def kept_by_people() -> list[str]:
	"""DocTypes that somebody may write, of ours."""
	return frappe.get_all(
		"DocPerm",
		filters={"parenttype": "DocType", "parent": ("in", own())},
		or_filters={"create": 1, "write": 1},
		pluck="parent",
		distinct=True,
		order_by="parent",
	)


def own() -> list[str]:
	return frappe.get_all(
		"DocType",
		filters={"module": "Property Service", "istable": 0, "issingle": 0},
		pluck="name",
		order_by="name",
	)


def declared(doctype: str) -> set[str]:
	controller = get_controller(doctype)
	module = inspect.getmodule(controller)
	names = {*getattr(module, "SERVER_FIELDS", ()), *getattr(controller, "SERVER_FIELDS", ())}
	meta = frappe.get_meta(doctype)
	return {name for name in names if meta.has_field(name)}


def read_only(doctype: str) -> set[str]:
	return {
		field.fieldname
		for field in frappe.get_meta(doctype).fields
		if field.read_only and (field.fieldtype not in no_value_fields or field.fieldtype in table_fields)
	}


def another_value(field, stored):
	if field.fieldtype in table_fields:
		return []
	if field.fieldtype in ("Int", "Float", "Currency", "Percent", "Duration"):
		return 7
	if field.fieldtype == "Check":
		return 1 - int(stored or 0)
	if field.fieldtype == "Date":
		return "2001-01-01"
	if field.fieldtype == "Datetime":
		return "2001-01-01 01:01:01"
	if field.fieldtype == "Time":
		return "01:01:01"
	if field.fieldtype == "Select":
		return next(
			(option for option in (field.options or "").split("\n") if option and option != stored), "x"
		)
	if field.fieldtype == "Link":
		return (
			frappe.db.get_value(field.options, {"name": ("!=", stored or "")}, "name", order_by="name")
			or "T-other"
		)
	return "T-other"


@pytest.fixture
def sendable(cast, low_value):
	"""(DocType, field) of everything that people do not write."""
	return [
		(doctype, fieldname)
		for doctype in kept_by_people()
		for fieldname in sorted(declared(doctype) | read_only(doctype))
	] + [(doctype, fieldname) for doctype, names in OF_ERPNEXT.items() for fieldname in names]


def sent(doc, fieldname: str):
	"""Puts another value in, as a program would, and returns what then stands there."""
	doc.set(fieldname, another_value(doc.meta.get_field(fieldname), doc.get(fieldname)))
	return comparable(doc.get(fieldname))


def comparable(value):
	if isinstance(value, list):
		return len(value)
	return f"{value:g}" if isinstance(value, int | float) and value else str(value or "")


def prepare(doc) -> bool:
	"""The step of insert and save before which nothing of ours looks at a value; whether it let the document pass."""
	try:
		doc.run_method("before_validate")
	except (frappe.ValidationError, frappe.PermissionError, AttributeError):
		return False  # a document without its other values is refused; what was sent is taken out before that
	finally:
		frappe.clear_messages()
	return True


def test_a_stored_document_keeps_what_the_server_wrote(sendable):
	assert len(sendable) > 300
	stored, lost = {}, set()
	for doctype, fieldname in sendable:
		name = stored.get(doctype) or stored.setdefault(doctype, bare(doctype))
		doc = frappe.get_doc(doctype, name)
		wrong = sent(doc, fieldname)
		doc.load_doc_before_save()
		passed = prepare(doc)
		if comparable(doc.get(fieldname)) == wrong and (passed or fieldname != "amended_from"):
			lost.add((doctype, fieldname))
	assert lost == set(JUDGED)


def test_a_new_document_begins_without_it(sendable):
	"""Of a kind that somebody may make; Frappe itself refuses a new one of the others."""
	made = {
		doctype for doctype, _field in sendable if any(p.create for p in frappe.get_meta(doctype).permissions)
	}
	assert len(made) > 40
	taken = set()
	for doctype, fieldname in sendable:
		if doctype not in made:
			continue
		doc = frappe.new_doc(doctype, company=frappe.defaults.get_global_default("company"))
		if frappe.get_meta(doctype).get_field(fieldname).fieldtype in table_fields:
			doc.append(fieldname, {})
			wrong = comparable(doc.get(fieldname))
		else:
			wrong = sent(doc, fieldname)
		passed = prepare(doc)
		if comparable(doc.get(fieldname)) == wrong and (passed or fieldname != "amended_from"):
			taken.add((doctype, fieldname))
	assert taken == {field for field in JUDGED if field[0] in made} - BEGINS_AS_IT_SHOULD


TICKET = "Repair Ticket"


class TestDoors:
	"""Each way in ends in the same step of the same document."""

	@pytest.fixture
	def ticket(self, rest):
		answer = rest("clerk").insert(TICKET, make.ticket_values())
		assert answer.status_code == 200, answer.text
		frappe.db.rollback()
		return answer.json()["data"]["name"]

	@pytest.fixture
	def wrong(self, cast):
		"""Other values than a ticket has that was just taken."""
		taken, meta = make.ticket(), frappe.get_meta(TICKET)
		fields = [meta.get_field(name) for name in sorted(declared(TICKET))]
		values = {field.fieldname: another_value(field, taken.get(field.fieldname)) for field in fields}
		frappe.db.rollback()
		return values

	def stored(self, name: str) -> dict:
		frappe.db.rollback()
		return {key: comparable(frappe.get_doc(TICKET, name).get(key)) for key in sorted(declared(TICKET))}

	def test_insert(self, rest, wrong, ticket):
		answer = rest("clerk").insert(TICKET, {**make.ticket_values(), **wrong})
		assert answer.status_code == 200, answer.text
		found = self.stored(answer.json()["data"]["name"])
		taken = {key for key, value in wrong.items() if found[key] == comparable(value) and value != []}
		assert taken == set()
		assert found["first_handler"] == rest.cast.user("clerk")

	@pytest.mark.parametrize("door", ["PUT", "PATCH", "set_value", "save", "savedocs", "bulk_update"])
	def test_change(self, rest, wrong, ticket, door):
		before, client = self.stored(ticket), rest("clerk")
		document = {**client.get(TICKET, ticket).json()["data"], **wrong, "location": door}
		answer = {
			"PUT": lambda: client.update(TICKET, ticket, {**wrong, "location": door}),
			"PATCH": lambda: client.request(
				"PATCH", f"/api/v2/document/{TICKET}/{ticket}", json={**wrong, "location": door}
			),
			"set_value": lambda: client.set_value(TICKET, ticket, {**wrong, "location": door}),
			"save": lambda: client.call("frappe.client.save", doc=document),
			"savedocs": lambda: client.call(
				"frappe.desk.form.save.savedocs", doc=json.dumps(document), action="Save"
			),
			"bulk_update": lambda: client.call(
				"frappe.client.bulk_update",
				docs=json.dumps([{"doctype": TICKET, "docname": ticket, **wrong, "location": door}]),
			),
		}[door]()
		assert answer.status_code == 200, answer.text[:500]
		assert self.stored(ticket) == before
		assert frappe.db.get_value(TICKET, ticket, "location") == door  # the rest of it was written

	@pytest.mark.parametrize("table", ["approval_steps", "handler_transfers", "chasers"])
	def test_rows(self, rest, ticket, table):
		"""A row that is sent, and one that is written by itself."""
		field = frappe.get_meta(TICKET).get_field(table)
		assert field, table
		client = rest("clerk")
		answer = client.update(TICKET, ticket, {table: [{"comment": "x", "note": "x", "reason": "x"}]})
		assert answer.status_code in (200, 417), answer.text[:500]
		values = {"parent": ticket, "parenttype": TICKET, "parentfield": table}
		assert client.insert(field.options, values).status_code == 403
		frappe.db.rollback()
		assert not frappe.db.exists(field.options, {"parent": ticket, "parentfield": table})

	@pytest.mark.parametrize("kind", ["Insert New Records", "Update Existing Records"])
	def test_import(self, as_user, wrong, cast, tmp_path, kind):
		name = make.ticket(location="旧").name
		before = {key: comparable(frappe.get_doc(TICKET, name).get(key)) for key in sorted(wrong)}
		plain = {key: value for key, value in wrong.items() if not isinstance(value, list)}
		meta = frappe.get_meta(TICKET)
		plain |= {key: "7s" for key in plain if meta.get_field(key).fieldtype == "Duration"}
		known = {} if kind.startswith("Insert") else {"name": name}
		row = {**known, **make.ticket_values(), "location": "导入", **plain}
		with as_user("service_manager"):
			import_row(TICKET, row, tmp_path, kind)
		found = frappe.get_last_doc(TICKET) if kind.startswith("Insert") else frappe.get_doc(TICKET, name)
		assert found.location == "导入"
		for key in plain:
			assert comparable(found.get(key)) != comparable(wrong[key]), key
		if known:
			assert {key: comparable(found.get(key)) for key in before} == before


def import_row(doctype: str, row: dict, folder, kind: str = "Insert New Records") -> None:
	"""By Data Import, as the session user."""
	path, language = folder / "row.csv", frappe.local.lang
	with path.open("w", newline="") as file:
		writer = csv.DictWriter(file, row)
		writer.writeheader()
		writer.writerow(row)
	# the importer skips rows it has a log of, and no rollback takes the log back
	frappe.db.delete("Data Import Log", {"data_import": ("is", "not set")})
	Importer(doctype, file_path=str(path), import_type=kind, console=True).import_data()
	frappe.local.lang = language  # the importer speaks the user's


def known_value(field):
	"""The importer looks up itself whether there is what a link names."""
	value = another_value(field, field.default)
	return bare(field.options) if field.fieldtype == "Link" and value == "T-other" else value


# Registers that a company brings along from before, one row of each.
IMPORTED = {
	"Property Key": lambda: {**make.key_values(), "units": None, "property_unit": make.unit().name},
	"Vehicle Pass": make.pass_values,
	"Property Unit": make.unit_values,
	"Gym Membership": lambda: make.membership_values(
		make.gym_plan(plan_kind="Visits", visits=20, days=180).name, make.resident().name
	),
	"Water Account": lambda: {"customer": make.customer(), "company": make.company()},
}


@pytest.mark.parametrize("doctype", IMPORTED)
def test_an_import_brings_none_of_it(as_user, cast, tmp_path, doctype):
	"""Whoever brings a register along writes what the import template has, and nothing that the server would."""
	meta = frappe.get_meta(doctype)
	values = {
		key: value for key, value in IMPORTED[doctype]().items() if value is not None and key != "doctype"
	}
	owned = [meta.get_field(name) for name in sorted(declared(doctype) | read_only(doctype))]
	wrong = {
		field.fieldname: known_value(field)
		for field in owned
		if field.fieldtype not in (*table_fields, "Duration") and field.fieldname not in values
	}
	assert wrong
	before = set(frappe.get_all(doctype, pluck="name"))
	with as_user("service_manager"):
		import_row(doctype, {**values, **wrong}, tmp_path)
	(name,) = set(frappe.get_all(doctype, pluck="name")) - before
	found = frappe.get_doc(doctype, name)
	assert {key for key, value in wrong.items() if comparable(found.get(key)) == comparable(value)} == set()


# What the registers of the desk decide by stands in constants of their classes.
RULES_SENT_ALONG = {
	**{name: [] for name in ("SERVER_FIELDS", "FIXED_FIELDS", "ENDED")},
	"OPEN_FIELDS": ["deposit_held", "issued_by", "status"],
	**dict.fromkeys(("ENTERED_BY", "ENTERED_ON"), "remarks"),
	"LARGE_TABLES": ["approval_steps"],
}


def test_nobody_sends_the_rules_along(as_user, rest, committed):
	"""Frappe writes whatever key a client sends into the document, where it would hide the class's own."""
	owned = ("status", "deposit_held", "issued_by", "borrowed_on")
	key = make.key().name
	with as_user("clerk"):
		loan = make.loan(key)
	before = frappe.db.get_value("Key Loan", loan.name, owned)
	sent = {
		**RULES_SENT_ALONG,
		"deposit_held": 999,
		"issued_by": "Guest",
		"borrowed_on": "2020-01-01 08:00:00",
	}
	with as_user("clerk"):
		frappe.get_doc("Key Loan", loan.name).update(sent).save()
	assert frappe.db.get_value("Key Loan", loan.name, owned) == before
	committed()
	rest("clerk").request(
		"PUT", f"/api/resource/Key Loan/{loan.name}", json={**sent, "status": "Brought Back"}
	)
	frappe.db.rollback()
	assert frappe.db.get_value("Key Loan", loan.name, owned) == before
