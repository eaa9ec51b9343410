"""Nothing answers 5xx to bad input: 300 values against every method's arguments and every register's fields (Q-05).

All pairs are some half a million calls, so the values go round: each argument of a method meets one of them over HTTP
(some 520 calls) and three more on a document of its own (1,570 calls without HTTP); each field of a register meets one
(1,500 calls without HTTP), and one field of each kind in each register another over HTTP (430 calls), in a new document
or in a change of a stored one. So does each field of a row in a table of the registers, and each field that the app adds to
documents of ERPNext and to their rows. Each of the 300 is used by each of these tests.
"""

import itertools
import json
import traceback
from collections.abc import Iterator

import frappe
import pytest
from frappe.model import default_fields, no_value_fields
from frappe.model.document import Document

from property_service.setup.custom_fields import CUSTOM_FIELDS
from tests import stores as goods
from tests.site import access_table, bad_values, purchasing
from tests.site.access_table import NOTHING, OTHER_COMPANY, PEOPLE, Callers, answered, known
from tests.site.bare import bare
from tests.site.rest import Client
from tests.site.test_sent_values import VALUES, sent_fields
from tests.site.test_server_owned import kept_by_people
from tests.site.whitelisted import Method, methods

pytestmark = pytest.mark.rule("Q-05")
SETTINGS = "Property Service Settings"
TEN_MEGABYTES = 10 * 1024 * 1024
NOBODY = "T-nobody"
ON_ITS_DOCUMENT = 3  # values per argument

# What methods take that name no arguments, because Frappe's own do not.
DESK = "property_service.desk_doors"
A_TASK = {
	"doctype": "Repair Ticket",
	"assign_to": '["T-nobody"]',
	"description": "x",
	"date": "2026-01-01",
	"priority": "Low",
	"assigned_by": "T-nobody",
}
FREE = {
	f"{DESK}.add": {**A_TASK, "name": NOBODY},
	f"{DESK}.add_multiple": {**A_TASK, "name": '["T-nobody"]'},
}
# What answers 500 in Frappe itself, before anything of the app is asked.
OF_FRAPPE = {
	"doctype": "frappe.client.insert imports the code of whatever kind it is told; the address of /api/resource names it",
}
# Inside of the document that the desk sends.
IN_A_DOCUMENT = (
	*("doctype", "name", "docstatus", "owner", "creation", "modified", "idx", "__islocal", "__unsaved"),
	*("status", "description", "priority", "reported_on", "photos", "property_unit"),
)
# A document as bare as a test can make it names no account, no key, no month and no item, which no stored one goes without.
TOO_BARE = {
	"property_service.property_service.doctype.drinking_water_order.drinking_water_order.deliver",
	"property_service.property_service.doctype.gym_membership.gym_membership.freeze",
	"property_service.property_service.doctype.key_loan.key_loan.report_lost",
	"property_service.property_service.doctype.property_key.property_key.report_missing",
	"property_service.property_service.doctype.card_subsidy_batch.rows.copy_last_month",
	"property_service.property_service.doctype.slip_handover.slip_handover.hand_over",
	"property_service.property_service.doctype.stock_count.counting.finish",
}


class Rotation:
	"""Gives each question the next of the values."""

	def __init__(self):
		self.values = bad_values.values()
		self.turns = itertools.cycle(range(len(self.values)))
		self.used: set[int] = set()
		self.calls = 0

	def __call__(self, count: int = 1) -> list:
		numbers = list(itertools.islice(self.turns, count))
		self.used.update(numbers)
		self.calls += count
		return [self.values[number] for number in numbers]


@pytest.fixture
def rotation():
	rotation = Rotation()
	yield rotation
	print(f"{rotation.calls} calls, {len(rotation.used)} values")
	assert len(rotation.used) == len(rotation.values) == 300


@pytest.fixture
def callers(cast, low_value):
	callers = Callers(cast)
	yield callers
	frappe.set_user("Administrator")
	frappe.db.rollback()
	frappe.cache.hdel("user_permissions", callers.users[OTHER_COMPANY])


# ---- methods -----------------------------------------------------------------------------------------------------


def test_no_argument_breaks_a_method(rest, rotation, low_value, cast, stores):
	"""By the whole way of a request, of which even the answer has to be written."""
	there = known(cast, stores.store)
	found = []
	for method in methods():
		client = rest(PEOPLE[role_for(method)])
		harmless = access_table.harmless(method, lambda doctype: NOBODY, there) | FREE.get(method.path, {})
		for argument in [*method.arguments, *FREE.get(method.path, ())]:
			for value in rotation():
				answer = post(client, f"/api/method/{method.path}", {**harmless, argument: value})
				found += broken(answer, method.path, argument, value)
	assert not found, "\n".join(found)


def test_no_argument_breaks_a_method_on_its_document(callers, rotation, stores):
	"""Documents of the caller's own, so that the method comes to its work; each call is rolled back."""
	there = known(callers.cast, stores.store)
	found, too_bare = [], {}
	for method in methods():
		role = role_for(method)
		user = callers.users[role]
		harmless = callers.arguments(method, role, there, user) | FREE.get(method.path, {})
		if method.path in FREE:
			ticket = callers.document("Repair Ticket", role, user)
			harmless |= {"name": ticket if method.path.endswith(".add") else json.dumps([ticket])}
			harmless |= {"assign_to": json.dumps([user]), "assigned_by": user}
		frappe.set_user(user)
		status, usual = answered(method.path, harmless)
		if status >= 500:
			too_bare[method.path] = told(method.path, "", "", usual)
		for argument in [*method.arguments, *FREE.get(method.path, ())]:
			for value in rotation(ON_ITS_DOCUMENT):
				status, error = answered(method.path, {**harmless, argument: value})
				if status >= 500 and repr(error) != repr(usual):
					found.append(told(method.path, argument, value, error))
		frappe.set_user("Administrator")
	assert not found, "\n".join(found)
	assert set(too_bare) == TOO_BARE, "\n".join(too_bare.values())


def test_nothing_in_a_document_breaks_the_desks_doors(callers, rotation):
	found = []
	role = "Front Desk Clerk"
	ticket = callers.document("Repair Ticket", role, callers.users[role])
	frappe.set_user(callers.users[role])
	document = {"doctype": "Repair Ticket", "name": ticket, "status": "Open"}
	doors = {"savedocs": ("Save", "Submit"), "apply_workflow": ("Dispatch",)}
	for door, actions in doors.items():
		for action, key in itertools.product(actions, IN_A_DOCUMENT):
			for value in rotation(7):
				values = {"doc": json.dumps({**document, key: value}), "action": action}
				status, error = answered(f"{DESK}.{door}", values)
				if status >= 500:
					found.append(told(door, key, value, error))
	frappe.set_user("Administrator")
	assert not found, "\n".join(found)


# ---- registers ---------------------------------------------------------------------------------------------------


def test_no_field_breaks_a_register(rotation, low_value, cast):
	found = []
	for doctype in kept_by_people():
		values = VALUES.get(doctype, dict)()
		frappe.set_user(cast.user(writer_of(doctype)))
		for fieldname in (*sent_fields(doctype), *(key for key in default_fields if key not in OF_FRAPPE)):
			for value in rotation():
				body = {"doc": {**values, "doctype": doctype, fieldname: value}}
				status, error = answered("frappe.client.insert", body)
				if status >= 500:
					found.append(told(doctype, fieldname, value, error))
		frappe.set_user("Administrator")
	assert not found, "\n".join(found)


def test_no_value_breaks_a_register(rest, rotation, low_value):
	"""By the whole way of a request: in a new document and in a change of a stored one, in turn."""
	found, turn = [], itertools.cycle(("new", "stored"))
	for doctype in kept_by_people():
		client, name = rest(writer_of(doctype)), bare(doctype)
		values = VALUES.get(doctype, dict)()
		frappe.db.commit()  # what they name; a transaction left open would hold the registers' numbers
		for fieldname, value in ((name, *rotation()) for name in one_of_each_kind(doctype)):
			if next(turn) == "new":
				answer = post(client, f"/api/resource/{doctype}", {**values, fieldname: value})
			else:
				answer = post(client, f"/api/resource/{doctype}/{name}", {fieldname: value}, verb="PUT")
			found += broken(answer, doctype, fieldname, value)
	assert not found, "\n".join(found)


def one_of_each_kind(doctype: str) -> Iterator[str]:
	"""A field of each type that the register has, another one in each register."""
	meta = frappe.get_meta(doctype)
	kinds: dict[str, list[str]] = {"": list(default_fields)}
	for fieldname in sent_fields(doctype):
		kinds.setdefault(meta.get_field(fieldname).fieldtype, []).append(fieldname)
	return (names[len(doctype) % len(names)] for names in kinds.values())


def writer_of(doctype: str) -> str:
	roles = {row.role for row in frappe.get_meta(doctype).permissions if row.create}
	return next((person for role, person in PEOPLE.items() if role in roles), "service_manager")


# ---- rows of tables ----------------------------------------------------------------------------------------------


def test_no_field_of_a_row_breaks_a_register(rotation, low_value, cast):
	"""In a new document and in a change of a stored one, in turn. The settings are always stored."""
	found, turn = [], itertools.cycle(("new", "stored"))
	for doctype in (*kept_by_people(), SETTINGS):
		single = doctype == SETTINGS
		name = doctype if single else bare(doctype)
		values = VALUES.get(doctype, dict)()
		frappe.set_user(cast.user("finance_manager" if single else writer_of(doctype)))
		for table, fieldname in row_fields(doctype):
			(value,) = rotation()
			rows = {table: [{fieldname: value}]}
			if next(turn) == "new" and not single:
				status, error = insert(doctype, values | rows)
			else:
				status, error = put(doctype, name, rows)
			if status >= 500:
				found.append(told(doctype, f"{table}.{fieldname}", value, error))
		frappe.set_user("Administrator")
	assert not found, "\n".join(found)


def row_fields(doctype: str) -> Iterator[tuple[str, str]]:
	"""(table, field of its rows), and of what Frappe keeps of every row another one for each table."""
	kept = [key for key in default_fields if key not in OF_FRAPPE]
	for number, table in enumerate(frappe.get_meta(doctype).get_table_fields(), start=len(doctype)):
		for fieldname in (*sent_fields(table.options), kept[number % len(kept)]):
			yield table.fieldname, fieldname


def insert(doctype: str, values: dict) -> tuple[int, Exception | None]:
	return answered("frappe.client.insert", {"doc": {**values, "doctype": doctype}})


def put(doctype: str, name: str, values: dict) -> tuple[int, Exception | None]:
	"""What PUT does: the stored document with these values."""
	return answered("frappe.client.set_value", {"doctype": doctype, "name": name, "fieldname": values})


# ---- documents of ERPNext ----------------------------------------------------------------------------------------


class OfErpnext:
	"""Stored documents of ERPNext that the app adds fields to, and who writes them."""

	def __init__(self, cast, stores, as_user):
		self.stores, self.as_user = stores, as_user
		item = goods.item()
		plan = purchasing.approved(stores, as_user, item.name)
		with as_user("buyer"):
			order = purchasing.order_of(plan, stores).insert()
		receipt = self._receipt(item.name)
		issue = purchasing.issue_request(stores, as_user, item.name, stores.zone(), signed=False)
		self.documents: list[tuple[Document, str]] = [
			(purchasing.plan(stores, as_user, item.name), "storekeeper"),
			(issue, "technician"),
			(order, "buyer"),
			(receipt, "storekeeper"),
			(self._move(item.name), "storekeeper"),
			(item, "storekeeper"),
			(frappe.get_doc("Warehouse", stores.zone()), "storekeeper"),
			(frappe.get_doc("Item Group", stores.item_group), "Administrator"),
			(frappe.get_doc("Department", cast.departments["environment"]), "Administrator"),
			(frappe.get_doc("Sales Invoice", bare("Sales Invoice")), "finance_manager"),
		]

	def _receipt(self, item: str):
		order = purchasing.ordered(
			purchasing.approved(self.stores, self.as_user, item), self.stores, self.as_user
		)
		with self.as_user("storekeeper"):
			return purchasing.receipt_of(order).insert()

	def _move(self, item: str):
		goods.put_in(item, self.stores.zone(), 5)
		entry = {
			"doctype": "Stock Entry",
			"stock_entry_type": "Material Issue",
			"company": self.stores.company,
			"items": [{"item_code": item, "qty": 1, "s_warehouse": self.stores.zone()}],
		}
		with self.as_user("storekeeper"):
			return frappe.get_doc(entry).insert()


def questions(doc: Document) -> Iterator[tuple[str | None, str]]:
	"""(table or None, field) of everything that the app adds to a document of ERPNext and to its rows."""
	for fieldname in added_to(doc.doctype):
		yield None, fieldname
	for table in doc.meta.get_table_fields():
		ours = frappe.get_meta(table.options).module == access_table.MODULE
		for fieldname in sent_fields(table.options) if ours else added_to(table.options):
			yield table.fieldname, fieldname


def added_to(doctype: str) -> list[str]:
	return [
		field["fieldname"]
		for field in CUSTOM_FIELDS.get(doctype, ())
		if field["fieldtype"] not in no_value_fields or field["fieldtype"] == "Table"
	]


def sent_with(doc: Document, table: str | None, fieldname: str, value: object) -> dict:
	"""A value of the document, or of its first row, which a program names with it."""
	if not table:
		return {fieldname: value}
	row = doc.get(table)[0] if doc.get(table) else frappe.new_doc(doc.meta.get_field(table).options)
	return {table: [{**row.as_dict(no_nulls=True), fieldname: value}]}


def test_no_field_of_ours_breaks_a_document_of_erpnext(rotation, low_value, stores, cast, as_user):
	"""In a new document and in a change of a stored one, once each."""
	found = []
	for doc, person in OfErpnext(cast, stores, as_user).documents:
		values = frappe.copy_doc(doc).as_dict(no_nulls=True)
		frappe.set_user(person if person == "Administrator" else cast.user(person))
		for table, fieldname in questions(doc):
			for ask, value in zip(("new", "stored"), rotation(2), strict=True):
				sent = sent_with(doc, table, fieldname, value)
				status, error = (
					insert(doc.doctype, {**values, **sent})
					if ask == "new"
					else put(doc.doctype, doc.name, sent)
				)
				if status >= 500:
					found.append(told(f"{ask} {doc.doctype}", f"{table}.{fieldname}", value, error))
		frappe.set_user("Administrator")
	assert not found, "\n".join(found)


# ---- size --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["method", "register", "stranger"])
def test_ten_megabytes(rest, door):
	text = "长" * (TEN_MEGABYTES // 3)
	answer = {
		"method": lambda: rest("clerk").call("property_service.reception.search", text=text),
		"register": lambda: rest("clerk").insert(
			"Reception Record", VALUES["Reception Record"](), content=text
		),
		"stranger": lambda: rest("Guest").call("property_service.reception.search", text=text),
	}[door]()
	assert answer.status_code < 500, answer.text[:300]
	frappe.db.rollback()
	assert not frappe.db.exists("Reception Record", {"content": ("like", "长长长长长长长长长长长长%")})


def test_the_values_are_300_of_many_classes():
	assert len(bad_values.values()) == 300
	assert len(bad_values.classes()) == 15


# ---- asking and telling ------------------------------------------------------------------------------------------


def role_for(method: Method) -> str:
	"""Whom the table lets in."""
	for kind, name, _note, *cells in access_table.written():
		if (kind, name) == ("method", method.path):
			return next(
				(role for role, cell in zip(PEOPLE, cells, strict=False) if cell != NOTHING),
				"Front Desk Clerk",
			)
	return "Front Desk Clerk"


def post(client: Client, path: str, body: dict, verb: str = "POST"):
	"""As JSON, with what Python alone would write into it: NaN, endless numbers, half a character."""
	return client.request(
		verb, path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
	)


def broken(answer, *what: object) -> list[str]:
	if answer.status_code < 500 and "Traceback (most recent call last)" not in answer.text[:50]:
		return []
	*of, value = what
	return [f"{of} {value!r:.60} {answer.status_code} {raised(answer)}"]


def raised(answer) -> str:
	"""The last line of the app that the error passed, as far as the answer tells, and its end."""
	lines = answer.text.split("\\n")
	own = [line for line in lines if "property_service/" in line]
	return f"{own[-1].strip() if own else ''} {answer.text[-200:]}"


def told(what: str, argument: str, value: object, error: Exception) -> str:
	lines = [line for line in traceback.format_exception(error) if "property_service/" in line]
	return f"{what} {argument} {value!r:.60} {error!r:.200} {lines[-1].strip() if lines else ''}"
