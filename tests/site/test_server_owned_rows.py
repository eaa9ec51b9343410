"""What the server owns in the rows of a document stays what it was, whatever a program sends back with them (Q-05).

A form greys such a cell out and a program sends it all the same. Each table is asked in a document that its person may
still save, as that person: another value in one cell, in all of them, and in a row that is new.
"""

from collections.abc import Callable
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

import frappe
import pytest
from erpnext.stock.doctype.material_request.material_request import make_stock_entry
from frappe.model import no_value_fields
from frappe.utils import getdate, nowdate

from property_service.property_service.doctype.daily_issue_summary import daily_issue_summary as daily
from property_service.property_service.doctype.document_handover import document_handover
from property_service.property_service.doctype.service_order import guest_rooms, service_order
from property_service.property_service.doctype.slip_handover import slip_handover
from property_service.property_service.doctype.stock_count import counting
from property_service.setup.custom_fields import CUSTOM_FIELDS
from property_service.stock import stores as places
from tests import low_value as articles
from tests import stores as goods
from tests.site import make, purchasing, repair_line, scrapping, test_follow_up_plan
from tests.site.bare import bare
from tests.site.card_line import Cards, customer
from tests.site.test_article_count import counted
from tests.site.test_article_handling import make_article, transfer
from tests.site.test_satisfaction_survey import RECEPTION, REPAIR, respond, survey
from tests.site.test_server_owned import another_value, comparable, kept_by_people
from tests.site.test_switching_over import opening, set_until
from tests.site.till_line import Till
from tests.site.tool_line import Tools

pytestmark = pytest.mark.rule("Q-05")

REFUSED = (frappe.ValidationError, frappe.PermissionError)
# (DocType, table, field) that a person's row may carry, each with its reason.
JUDGED: dict[tuple[str, str, str], str] = {}


class Sent(NamedTuple):
	"""A stored document, who may save it in the state it is in, and what that person writes in a row that is new."""

	doc: "frappe.model.document.Document"
	person: str
	row: dict | None = None


class Case(NamedTuple):
	doctype: str
	table: str
	make: Callable[["House"], Sent]


CASES: list[Case] = []


def case(doctype: str, *tables: str):
	def register(maker):
		CASES.extend(Case(doctype, table, maker) for table in tables)
		return maker

	return register


class House:
	"""What the documents are made with; each is set up when somebody asks for it."""

	def __init__(self, low_value, stores, cast, as_user):
		self.low_value, self.stores, self.cast, self.as_user = low_value, stores, cast, as_user

	@cached_property
	def tools(self) -> Tools:
		return Tools(self.stores, self.cast, self.as_user)

	@cached_property
	def shelf(self) -> frappe._dict:
		shelf = scrapping.shelf(self.stores, self.cast, self.as_user)
		shelf.chair = articles.item("Fifty-fifty").name
		return shelf

	def chairs(self, count: int) -> list[str]:
		return scrapping.chairs(self.shelf, self.low_value, "Fifty-fifty", *[1800.0] * count, amortised=900)


@pytest.fixture
def house(low_value, stores, cast, as_user) -> House:
	return House(low_value, stores, cast, as_user)


# ---- the documents, in the order of their names ---------------------------------------------------------------------


@case("Article Count", "lines")
def article_count(house):
	return Sent(counted(house.tools, [make_article(house.tools)]), "stores_accountant")


@case("Article Opening", "items")
def article_opening(house):
	set_until(house.as_user, house.low_value.company, nowdate())
	with house.as_user("stores_accountant"):
		doc = opening(house.low_value, house.cast).insert()
	row = {field: doc.items[0].get(field) for field in ("item", "in_use_since", "cost", "amortised_amount")}
	return Sent(doc, "stores_accountant", {**row, "qty": 1, "department": doc.items[0].department})


@case("Article Transfer", "items")
def article_transfer(house):
	doc = transfer(house.tools, make_article(house.tools))
	other = make_article(house.tools)
	return Sent(doc, "technician", {"document_type": other.doctype, "document": other.name})


@case("Card Subsidy Batch", "rows")
def card_subsidy_batch(house):
	cards, employer = Cards(house.cast, house.as_user), customer()
	first, second = cards.card(employer=employer), cards.card(employer=employer)
	with house.as_user("clerk"):
		doc = frappe.get_doc(cards.batch_values(employer, {first: 30})).insert()
	return Sent(doc, "clerk", {"service_card": second, "amount": 20})


@case("Daily Issue Summary", "lines")
def daily_issue_summary(house):
	frappe.db.delete("Daily Issue Summary")
	make.ticket()
	return Sent(
		frappe.get_doc("Daily Issue Summary", daily.draft(house.cast.company, getdate())), "service_manager"
	)


@case("Document Handover", "documents")
def papers_of_goods(house):
	item = goods.item().name
	order = purchasing.ordered(
		purchasing.approved(house.stores, house.as_user, item), house.stores, house.as_user
	)
	with house.as_user("storekeeper"):
		receipt = purchasing.receipt_of(order)
		receipt.append("receipt_documents", {"item_code": item, "document_type": "Manual"})
		purchasing.inspected(receipt.insert()).submit()
		doc = frappe.get_doc("Document Handover", document_handover.collect(house.stores.company))
	return Sent(doc, "storekeeper")


@case("Follow Up", "attempts")
def follow_up(house):
	line = repair_line.Line(house.cast, house.as_user)
	called = line.follow_up(line.completed(), reached=False, score=0)
	return Sent(frappe.get_doc("Follow Up", called["name"]), "second_clerk", {"method": "Phone"})


@case("Follow Up Plan", "owners")
def follow_up_plan(house):
	values = test_follow_up_plan.plan_values(house.cast, owners=[{"user": house.cast.user("clerk")}])
	with house.as_user("service_manager"):
		doc = make.insert(values)
	return Sent(doc, "service_manager", {"user": house.cast.user("second_clerk")})


@case("Front Desk Closing", "modes", "denominations")
def front_desk_closing(house):
	till = Till(house.cast, house.as_user)
	shift = till.open()
	till.take(amount=20)
	till.take(amount=30, how="wechat")
	return Sent(till.count(shift, 520), "clerk", {"face_value": 100, "pieces": 1})


@case("Satisfaction Response", "answers")
def satisfaction_response(house):
	form, unit = survey(RECEPTION, REPAIR), make.unit().name
	with house.as_user("clerk"):
		doc = respond(form, {RECEPTION: "Satisfied", REPAIR: ""}, property_unit=unit)
	return Sent(doc, "clerk")


@case("Scrap Request", "items")
def scrap_of_goods(house):
	return Sent(scrapping.written(house.shelf), "storekeeper", scrapping.row_values(house.shelf, qty=1))


@case("Scrap Request", "items")
def scrap_that_finance_verifies(house):
	doc = scrapping.written(house.shelf)
	scrapping.act(house.shelf, "storekeeper", doc, "Send for Signature")
	scrapping.act(house.shelf, "other_department_head", doc, "Approve")
	return Sent(doc, "finance_manager")


@case("Scrap Request", "items")
def scrap_of_articles(house):
	first, second = house.chairs(2)
	doc = scrapping.of_articles(house.shelf, first)
	return Sent(doc, "technician", {"low_value_article": second, "reason": "Unusable"})


@case("Scrap Request", "items")
def scrap_of_articles_that_finance_verifies(house):
	doc = scrapping.of_articles(house.shelf, *house.chairs(1))
	scrapping.act(house.shelf, "technician", doc, "Send for Signature")
	scrapping.act(house.shelf, "department_head", doc, "Approve")
	scrapping.investigate(house.shelf, doc)
	return Sent(doc, "finance_manager")


@case("Scrap Request", "items")
def scrap_of_tools(house):
	row = {"tool_custody": house.tools.issue(house.tools.tool()).name, "reason": "Unusable"}
	with house.as_user("technician"):
		doc = make.insert(
			{
				"doctype": "Scrap Request",
				"company": house.stores.company,
				"source": "Tool",
				"items": [row],
			}
		)
	return Sent(doc, "technician")


def cleaning(house):
	rooms = [{"property_unit": make.unit(unit_type="Guest Room").name} for _ in range(2)]
	with house.as_user("clerk"):
		return make.order(
			service_type="Guest Room Cleaning",
			department=house.cast.departments["environment"],
			assigned_to=house.cast.employee("other_technician"),
			rooms=rooms,
		)


@case("Service Order", "rooms")
def rooms_to_be_cleaned(house):
	return Sent(cleaning(house), "clerk", {"property_unit": make.unit(unit_type="Guest Room").name})


@case("Service Order", "rooms")
def rooms_that_are_cleaned(house):
	doc = cleaning(house)
	with house.as_user("clerk"):
		service_order.dispatch(doc.name)
	with house.as_user("other_technician"):
		service_order.arrive(doc.name)
		guest_rooms.mark_rooms(doc.name, [doc.rooms[0].name], "Cleaned")
	return Sent(doc, "other_technician")


@case("Service Order", "materials")
def work_on_site(house):
	line = repair_line.Line(house.cast, house.as_user)
	order = line.dispatch(line.report())
	line.arrive(order)
	row = {"item_name": "水龙头垫片", "qty": 2, "rate": 3}
	with house.as_user("technician"):
		doc = frappe.get_doc("Service Order", order)
		doc.append("materials", row)
		doc.save()
	return Sent(doc, "technician", row)


@case("Shift Handover", "lines")
def shift_handover(house):
	make.ticket()
	counter = make.counter().name
	with house.as_user("clerk"):
		return Sent(make.insert({"doctype": "Shift Handover", "counter": counter}), "clerk")


@case("Slip Handover", "slips")
def slips_of_issues(house):
	store = purchasing.own_store(house.stores)
	articles.issue(house.stores, house.as_user, goods.item().name, 2, store=store)
	with house.as_user("storekeeper"):
		name = slip_handover.collect(house.stores.company, "Issues and Returns")
	return Sent(frappe.get_doc("Slip Handover", name), "storekeeper")


@case("Stock Count", "lines")
def stock_count(house):
	shelf = house.shelf
	with house.as_user("storekeeper"):
		doc = make.insert(
			{"doctype": "Stock Count", "company": shelf.company, "store": shelf.store, "kind": "Monthly"}
		)
		counting.record(doc.name, [{"item_code": shelf.lamp, "qty": 8, "place": shelf.qualified}])
	return Sent(doc, "storekeeper")


@case("Tool Request", "tools")
def tool_request(house):
	doc = house.tools.request("Loan", house.tools.tool())
	return Sent(doc, "technician", {"item_code": house.tools.tool(item_name="电锤")})


@case("Tool Request", "tools")
def tools_that_come_back(house):
	first, second = house.tools.lend(house.tools.tool(), house.tools.tool(item_name="电锤"))
	doc = house.tools.request("Return", {"custody": first.name}, by="storekeeper")
	return Sent(doc, "storekeeper", {"custody": second.name})


@case("Tool Request", "tools")
def tools_handed_out(house):
	doc = house.tools.hand_out(house.tools.approved("Loan", house.tools.tool()))
	return Sent(doc, "storekeeper")


# ---- documents of ERPNext, with what the app adds to their rows ------------------------------------------------------


@case("Material Request", "items")
def material_request(house):
	doc = purchasing.plan(house.stores, house.as_user, goods.item().name)
	row = {"item_code": goods.item().name, "qty": 2, "schedule_date": getdate(doc.schedule_date)}
	return Sent(doc, "storekeeper", {**row, "warehouse": doc.items[0].warehouse})


@case("Purchase Order", "items")
def purchase_order(house):
	request = purchasing.approved(house.stores, house.as_user, goods.item().name)
	with house.as_user("buyer"):
		return Sent(purchasing.order_of(request, house.stores).insert(), "buyer")


@case("Purchase Receipt", "items")
def purchase_receipt(house):
	request = purchasing.approved(house.stores, house.as_user, goods.item().name)
	order = purchasing.ordered(request, house.stores, house.as_user)
	with house.as_user("storekeeper"):
		return Sent(purchasing.receipt_of(order).insert(), "storekeeper")


@case("Stock Entry", "items")
def stock_entry(house):
	"""An issue; a return says by `issue_row` what it brings back, and that is looked up (WH-19)."""
	store = purchasing.own_store(house.stores)
	item = articles.item("Fifty-fifty").name
	warehouse = places.zone_warehouse(store, "Qualified")
	goods.put_in(item, warehouse, 5, rate=200)
	request = purchasing.issue_request(house.stores, house.as_user, item, warehouse, qty=3, store=store)
	with house.as_user("storekeeper"):
		return Sent(make_stock_entry(request.name).insert(), "storekeeper")


# ---- what is sent ----------------------------------------------------------------------------------------------------


def owned(table_doctype: str) -> list[str]:
	"""Fields of a row that people do not write; of ERPNext's rows those that the app added."""
	meta = frappe.get_meta(table_doctype)
	added = {field["fieldname"] for field in CUSTOM_FIELDS.get(table_doctype, ())}
	return [
		field.fieldname
		for field in meta.fields
		if field.read_only
		and field.fieldtype not in no_value_fields
		and (table_doctype not in CUSTOM_FIELDS or field.fieldname in added)
	]


def wrong_values(row, fieldnames: list[str]) -> dict:
	"""Another value in each, such as could be stored: what links to nothing would be refused for that."""
	wrong: dict[str, object] = {}
	dynamic = {f.options: f for f in row.meta.fields if f.fieldtype == "Dynamic Link"}
	for fieldname in fieldnames:
		field = row.meta.get_field(fieldname)
		if field.fieldtype == "Dynamic Link":
			kind = wrong.get(field.options) or row.get(field.options)
			wrong[fieldname] = existing(kind, row.get(fieldname)) if kind else "T-other"
		elif field.fieldtype == "Link" and field.options == "DocType":
			kind = wrong[fieldname] = "User" if row.get(fieldname) != "User" else "Company"
			if fieldname in dynamic:
				wrong[dynamic[fieldname].fieldname] = existing(kind, None)
		elif field.fieldtype == "Link":
			wrong[fieldname] = existing(field.options, row.get(fieldname))
		else:
			value = another_value(field, row.get(fieldname))
			wrong[fieldname] = 8 if value == row.get(fieldname) == 7 else value
	return wrong


def existing(doctype: str, stored: str | None) -> str:
	other = frappe.db.get_value(doctype, {"name": ("!=", stored or "")}, "name", order_by="name")
	return other or bare(doctype)


def save_as(sent: Sent, house: House, change: Callable) -> Exception | None:
	"""Saves as that person what `change` did to the document; returns what it was refused with."""
	with house.as_user(sent.person):
		doc = frappe.get_doc(sent.doc.doctype, sent.doc.name)
		try:
			change(doc)
			doc.save()
		except frappe.LinkValidationError:
			raise  # a link to nothing would say nothing of the field
		except REFUSED as refusal:
			return refusal
		finally:
			frappe.clear_messages()
	return None


def stored_rows(sent: Sent, table: str) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		sent.doc.meta.get_field(table).options,
		filters={"parent": sent.doc.name, "parenttype": sent.doc.doctype, "parentfield": table},
		fields=["*"],
		order_by="idx",
	)
	return {row.name: row for row in rows}


def survived(sent: Sent, table: str, wrong: dict, others: set[str]) -> set[str]:
	"""Which of the values stand in a row of the document, but for those rows that nothing was sent for."""
	rows = [row for name, row in stored_rows(sent, table).items() if name not in others]
	return {
		fieldname
		for fieldname, value in wrong.items()
		if any(comparable(row.get(fieldname)) == comparable(value) for row in rows)
	}


def all_and_each(fieldnames: list[str]) -> list[list[str]]:
	return [fieldnames, *([fieldname] for fieldname in fieldnames if len(fieldnames) > 1)]


class Sending:
	"""A document of a case, and what becomes of its rows when a program sends them so; nothing of it stays."""

	def __init__(self, house: House, case: Case):
		self.house, self.table = house, case.table
		self.sent = case.make(house)
		self.rows = stored_rows(self.sent, self.table)
		self.table_doctype = self.sent.doc.meta.get_field(self.table).options
		meta = frappe.get_meta(self.table_doctype)
		self.another = {key: value for key, value in (self.sent.row or {}).items() if meta.has_field(key)}
		self.owned = owned(self.table_doctype)

	def refused(self, change: Callable[[list[dict]], None]) -> Exception | None:
		"""`change` has the rows as they were read, and alters the list in place."""

		def send(doc):
			rows = [row.as_dict() for row in doc.get(self.table)]
			change(rows)
			doc.update({self.table: rows})
			self.sent_as = doc

		return save_as(self.sent, self.house, send)

	def lost_in_a_stored_row(self) -> set[str]:
		lost, others = set(), set(list(self.rows)[1:])
		for together in all_and_each(self.owned):
			stored = frappe.get_doc(self.sent.doc.doctype, self.sent.doc.name)
			wrong = wrong_values(stored.get(self.table)[0], together)
			with put_back():
				if not self.refused(lambda rows, wrong=wrong: rows[0].update(wrong)):
					lost |= survived(self.sent, self.table, wrong, others)
		return lost

	def taken_by_a_new_row(self) -> set[str]:
		taken = set()
		# a row that lacks what people write is refused for that, whatever else it carries
		for together in all_and_each(self.owned) if self.another else [self.owned]:
			wrong = wrong_values(frappe.new_doc(self.table_doctype, **self.another), together)
			wrong = {key: value for key, value in wrong.items() if key not in self.another}
			with put_back():
				if not self.refused(lambda rows, wrong=wrong: rows.append({**self.another, **wrong})):
					taken |= survived(self.sent, self.table, wrong, set(self.rows))
		return taken

	def takes_the_row_of_another(self) -> bool:
		"""Frappe writes to whatever row has the name that is sent."""
		parent = {"parent": "T-other", "parenttype": self.sent.doc.doctype, "parentfield": self.table}
		row = frappe.new_doc(self.table_doctype, **parent)
		row.name = frappe.generate_hash(length=10)
		with put_back():
			row.db_insert()
			self.refused(lambda rows: rows.append({**self.another, "name": row.name}))
			return frappe.db.get_value(self.table_doctype, row.name, "parent") != "T-other"

	def counts_a_row_twice(self) -> bool:
		with put_back():
			refused = self.refused(lambda rows: rows.append(rows[0].copy()))
			counted = len(self.sent_as.get(self.table))
			return not refused and len(stored_rows(self.sent, self.table)) != counted


@contextmanager
def put_back():
	frappe.db.savepoint("rows_as_they_were")
	yield
	frappe.db.rollback(save_point="rows_as_they_were")


def names(case: Case) -> str:
	return f"{case.make.__name__}-{case.table}"


@pytest.mark.parametrize("case", CASES, ids=names)
def test_rows_hold_what_the_server_wrote(house, case):
	sending = Sending(house, case)
	# or whatever is sent would be refused for other reasons
	assert sending.rows, "there is no row to send back"
	assert sending.refused(lambda rows: None) is None
	if sending.another:
		with put_back():
			assert sending.refused(lambda rows: rows.append({**sending.another})) is None
	judged = {field for doctype, table, field in JUDGED if (doctype, table) == (case.doctype, case.table)}
	found = {
		"of a stored row": sending.lost_in_a_stored_row(),
		"of a new row": sending.taken_by_a_new_row(),
		"a row of another document": sending.takes_the_row_of_another(),
		"a row counted twice": sending.counts_a_row_twice(),
	}
	assert found == {
		"of a stored row": judged,
		"of a new row": judged,
		"a row of another document": False,
		"a row counted twice": False,
	}


def test_every_table_with_such_fields_is_asked(cast):
	"""Tables of ours that people may write in, and those of ERPNext in whose rows the app has fields of its own."""
	tables = {
		(parent, field.fieldname)
		for parent in kept_by_people()
		for field in frappe.get_meta(parent).get_table_fields()
		if not field.read_only and owned(field.options)
	}
	added = [name for name in CUSTOM_FIELDS if frappe.get_meta(name).istable and owned(name)]
	assert added
	tables |= {
		(row.parent, row.fieldname)
		for row in frappe.get_all(
			"DocField",
			filters={"options": ("in", added), "fieldtype": "Table"},
			fields=["parent", "fieldname"],
			order_by="parent",
		)
	}
	assert tables == {(case.doctype, case.table) for case in CASES}
	for doctype, table, fieldname in JUDGED:
		assert fieldname in owned(frappe.get_meta(doctype).get_field(table).options)


def test_what_was_submitted_keeps_its_rows(house):
	"""Frappe counts the rows of what is submitted, and compares their values: neither says whose they are."""
	item = goods.item().name
	one, other = (goods.put_in(item, house.tools.zone(), 5).reload() for _ in range(2))
	row = other.items[0].as_dict()
	with pytest.raises(frappe.ValidationError, match="has no row"):
		one.update({"items": [row]}).save()
	assert frappe.db.get_value(row.doctype, row.name, "parent") == other.name
