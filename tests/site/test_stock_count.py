"""A stocktake: frozen, counted by several, counted again where goods moved, differences by value (WH-27)."""

import frappe
import pytest
from frappe.utils import flt, nowdate
from frappe.utils.xlsxutils import make_xlsx

from property_service.property_service.doctype.stock_count import counting, freezing
from property_service.property_service.doctype.stock_count.sheet import count_sheet
from property_service.rules import stock_count as rules
from property_service.stock import stores as places
from tests import stores as make
from tests.site.processes import run_at_once

pytestmark = pytest.mark.rule("WH-27")

DOCTYPE = "Stock Count"
ENTRY = "Stock Count Entry"


@pytest.fixture
def shelf(stores, cast, as_user):
	"""A store of its own with three items: 10 at 2, 20 at 3, 5 at 4."""
	store = make.store(stores.company)
	qualified = places.zone_warehouse(store, "Qualified")
	goods = []
	for name, qty, rate in (("灯管", 10, 2), ("复印纸", 20, 3), ("三角阀", 5, 4)):
		item = make.item(item_name=name).name
		make.put_in(item, qualified, qty, rate)
		goods.append(item)
	return frappe._dict(
		company=stores.company, store=store, qualified=qualified, goods=goods, cast=cast, as_user=as_user
	)


def start(shelf, person="storekeeper", **values):
	with shelf.as_user(person):
		return frappe.get_doc(
			{"doctype": DOCTYPE, "company": shelf.company, "store": shelf.store, "kind": "Monthly", **values}
		).insert()


def count(shelf, doc, *rows, person="storekeeper"):
	with shelf.as_user(person):
		return counting.record(
			doc.name, [dict(zip(("item_code", "qty", "place"), row, strict=False)) for row in rows]
		)


def lines_of(doc):
	return {line.item_code: line for line in frappe.get_doc(DOCTYPE, doc.name).lines}


def count_all(shelf, doc, quantities=(10, 20, 5)):
	count(shelf, doc, *zip(shelf.goods, quantities, strict=True))


def act(shelf, function, doc, *args, person="storekeeper"):
	with shelf.as_user(person):
		return function(doc.name, *args)


# ---- freezing --------------------------------------------------------------------------------------------------------


def test_books_are_frozen_when_the_count_begins(shelf):
	doc = start(shelf)
	assert [(line.item_code, line.book_qty, line.book_rate) for line in doc.lines] == [
		(item, qty, rate)
		for item, qty, rate in sorted(
			zip(shelf.goods, (10, 20, 5), (2, 3, 4), strict=True),
			key=lambda row: ("灯管", "复印纸", "三角阀")[shelf.goods.index(row[0])],
		)
	]
	assert (doc.status, doc.started_by, doc.line_count) == ("Counting", shelf.cast.user("storekeeper"), 3)
	make.take_out(shelf.goods[0], shelf.qualified, 4)
	assert lines_of(doc)[shelf.goods[0]].book_qty == 10


def test_only_the_chosen_zones_are_counted(shelf):
	bad = places.zone_warehouse(shelf.store, "Nonconforming")
	make.put_in(shelf.goods[0], bad, 3)
	assert start(shelf, warehouses=[{"warehouse": bad}]).lines[0].book_qty == 3
	assert start(shelf).line_count == 4


def test_batches_are_lines_of_their_own(shelf):
	item = make.item(
		item_name="油漆", has_batch_no=1, create_new_batch=1, batch_number_series="B-.#####"
	).name
	make.put_in(item, shelf.qualified, 6, 10)
	make.put_in(item, shelf.qualified, 4, 10)
	doc = start(shelf)
	batches = [line for line in doc.lines if line.item_code == item]
	assert sorted(line.book_qty for line in batches) == [4, 6]
	assert all(line.batch_no and line.book_rate == 10 for line in batches)


@pytest.mark.parametrize(
	"values",
	[
		{"store": None},
		{"store": "All Warehouses"},
		{"count_date": "2099-01-01"},
		{"kind": "Sometimes"},
		{"company": "Nobody Ltd"},
	],
)
def test_what_is_no_count_is_refused(shelf, values):
	with pytest.raises((frappe.ValidationError, frappe.LinkValidationError)):
		start(shelf, **values)


def test_a_zone_of_another_store_is_refused(shelf, stores):
	with pytest.raises(frappe.ValidationError, match="zone"):
		start(shelf, warehouses=[{"warehouse": stores.zone()}])


@pytest.mark.rule("WH-28")
def test_the_accountant_leads_the_quarterly_count(shelf):
	with pytest.raises(frappe.ValidationError, match="led by the stores accountant"):
		start(shelf, kind=rules.QUARTERLY_LOW_VALUE)
	assert start(shelf, "stores_accountant", kind=rules.QUARTERLY_LOW_VALUE).name


# ---- counting --------------------------------------------------------------------------------------------------------


def test_two_counters_in_two_places_add_up(shelf):
	lamp = shelf.goods[0]
	doc = start(shelf)
	count(shelf, doc, (lamp, 6, "A-1"))
	count(shelf, doc, (lamp, 3, "B-2"), person="stores_accountant")
	line = lines_of(doc)[lamp]
	assert (line.counted_qty, line.difference_qty, line.difference_value) == (9, -1, -2)
	entries = frappe.get_all(
		ENTRY, filters={"stock_count": doc.name}, fields=["qty", "place", "counted_by"], order_by="qty"
	)
	assert [(row.qty, row.place, row.counted_by) for row in entries] == [
		(3, "B-2", shelf.cast.user("stores_accountant")),
		(6, "A-1", shelf.cast.user("storekeeper")),
	]


def test_differences_are_summed_by_value_and_lines_without_one_are_kept(shelf):
	doc = start(shelf)
	count_all(shelf, doc, (12, 20, 2))
	doc.reload()
	assert (doc.surplus_value, doc.shortage_value, doc.counted_lines, len(doc.lines)) == (4, 12, 3, 3)


def test_a_difference_in_the_database_is_the_one_of_the_rule(shelf):
	item = make.item().name
	make.put_in(item, shelf.qualified, 3, 1.005)
	doc = start(shelf)
	for qty in ("2.999", "0.333", "7.77"):
		count(shelf, doc, (item, qty))
		line = lines_of(doc)[item]
		exact = [freezing.exact(line.get(name)) for name in ("book_qty", "counted_qty", "book_rate")]
		assert flt(line.difference_value, 2) == float(rules.difference(*exact).value)


def test_nothing_found_is_a_count(shelf):
	doc = start(shelf)
	count(shelf, doc, (shelf.goods[0], 0))
	line = lines_of(doc)[shelf.goods[0]]
	assert (line.is_counted, line.counted_qty, line.difference_qty) == (1, 0, -10)


def test_a_scanner_sends_barcodes(shelf):
	lamp = frappe.get_doc("Item", shelf.goods[0])
	code = frappe.generate_hash(length=12)
	lamp.append("barcodes", {"barcode": code})
	lamp.save()
	doc = start(shelf)
	with shelf.as_user("storekeeper"):
		counting.record(doc.name, [{"barcode": code, "qty": 4}, {"barcode": shelf.goods[1], "qty": 1}])
	assert lines_of(doc)[lamp.name].counted_qty == 4
	with (
		pytest.raises(frappe.ValidationError, match="no item has the barcode"),
		shelf.as_user("storekeeper"),
	):
		counting.record(doc.name, [{"barcode": "unknown", "qty": 4}])


def test_a_spreadsheet_is_taken(shelf):
	doc = start(shelf)
	text = "item_code,qty,place\n" + "".join(
		f"{item},{qty},A\n" for item, qty in zip(shelf.goods, (9, 20, 5), strict=True)
	)
	with shelf.as_user("storekeeper"):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "count.csv", "content": text, "is_private": 1}
		).insert()
		assert counting.record_sheet(doc.name, file.file_url) == {"lines": 3, "counted": 3}
	assert lines_of(doc)[shelf.goods[0]].difference_qty == -1


def test_an_excel_sheet_in_chinese_is_taken(shelf):
	doc = start(shelf)
	table = [["编号", "实盘数"], *zip(shelf.goods, (10, 20, 6), strict=True)]
	frappe.local.lang = "zh"
	content = make_xlsx([list(row) for row in table], "盘点").getvalue()
	with shelf.as_user("storekeeper"):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "count.xlsx", "content": content, "is_private": 1}
		).insert()
		counting.record_sheet(doc.name, file.file_url)
	frappe.local.lang = "en"
	assert lines_of(doc)[shelf.goods[2]].difference_qty == 1


@pytest.mark.parametrize("text", ["", "item_code\nx\n", "\n\n"])
def test_a_sheet_without_its_columns_is_refused(shelf, text):
	doc = start(shelf)
	with shelf.as_user("storekeeper"):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "count.csv", "content": text or " ", "is_private": 1}
		).insert()
		with pytest.raises(frappe.ValidationError):
			counting.record_sheet(doc.name, file.file_url)


def test_what_is_no_spreadsheet_is_refused(shelf):
	doc = start(shelf)
	with shelf.as_user("storekeeper"):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "count.xlsx", "content": "not a sheet", "is_private": 1}
		).insert()
		with pytest.raises(frappe.ValidationError, match="no spreadsheet"):
			counting.record_sheet(doc.name, file.file_url)


def test_what_the_books_do_not_have_becomes_a_line(shelf):
	found = make.item(item_name="拖把").name
	make.put_in(found, places.zone_warehouse(make.store(shelf.company), "Qualified"), 1, 7)
	doc = start(shelf)
	with shelf.as_user("storekeeper"):
		counting.record(doc.name, [{"item_code": found, "qty": 2, "warehouse": shelf.qualified}])
	line = lines_of(doc)[found]
	assert (line.book_qty, line.difference_qty, line.book_rate, line.difference_value) == (0, 2, 7, 14)


@pytest.mark.parametrize(
	"row",
	[
		{"qty": 1},
		{"item_code": "nothing", "qty": 1},
		{"qty": -1},
		{"qty": "many"},
		{"qty": {"a": 1}},
		{"qty": 1e15},
		{"qty": 1, "warehouse": "nowhere"},
		{"qty": 1, "warehouse": ["x"]},
	],
)
def test_bad_rows_are_refused_and_nothing_is_written(shelf, row):
	doc = start(shelf)
	row = {"item_code": shelf.goods[0], **row} if row != {"qty": 1} else row
	with pytest.raises(frappe.ValidationError), shelf.as_user("storekeeper"):
		counting.record(doc.name, [{"item_code": shelf.goods[1], "qty": 1}, row])
	assert not frappe.db.count(ENTRY, {"stock_count": doc.name})


@pytest.mark.parametrize("rows", [None, "[]", "x", 5, [1], {"a": 1}])
def test_what_is_no_list_of_rows_is_refused(shelf, rows):
	doc = start(shelf)
	refusals = (frappe.ValidationError, frappe.exceptions.FrappeTypeError)
	with pytest.raises(refusals), shelf.as_user("storekeeper"):
		counting.record(doc.name, rows)


ACT = """
from property_service.property_service.doctype.stock_count import counting
def act(arguments):
	return counting.record(arguments["name"], arguments["rows"])
"""


@pytest.mark.rule("Q-02")
def test_counters_at_the_same_moment_lose_nothing(committed, shelf, cast):
	doc = start(shelf)
	committed()
	rows = [{"item_code": item, "qty": qty} for item, qty in zip(shelf.goods, (2, 4, 1), strict=True)]
	# the same goods in another order, and something that the books do not have
	extra = make.item(item_name="拖把").name
	committed()
	found = {"item_code": extra, "qty": 1, "warehouse": shelf.qualified}
	answers = run_at_once(
		ACT,
		[{"name": doc.name, "rows": [*rows, found]}, {"name": doc.name, "rows": [found, *rows[::-1]]}] * 2,
		cast.user("storekeeper"),
	)
	assert [answer[0] for answer in answers] == ["done"] * 4, answers
	committed()
	lines = lines_of(doc)
	assert len(lines) == len(frappe.get_doc(DOCTYPE, doc.name).lines) == 4
	assert [lines[item].counted_qty for item in (*shelf.goods, extra)] == [8, 16, 4, 4]


# ---- moved meanwhile -------------------------------------------------------------------------------------------------


def test_goods_that_move_meanwhile_are_counted_again(shelf):
	lamp = shelf.goods[0]
	doc = start(shelf)
	count_all(shelf, doc)
	make.take_out(lamp, shelf.qualified, 4)
	assert act(shelf, counting.check_moved, doc) == 1
	assert [item for item, line in lines_of(doc).items() if line.has_moved] == [lamp]
	with pytest.raises(frappe.ValidationError, match="moved while they were counted"):
		act(shelf, counting.finish, doc)
	assert act(shelf, counting.recount, doc) == 1
	line = lines_of(doc)[lamp]
	assert (line.book_qty, line.is_counted, line.has_moved, line.round) == (6, 0, 0, 2)
	count(shelf, doc, (lamp, 6))
	act(shelf, counting.finish, doc)
	line = lines_of(doc)[lamp]
	assert (line.counted_qty, line.difference_qty) == (6, 0)
	assert frappe.db.count(ENTRY, {"stock_count": doc.name, "item_code": lamp}) == 2


def test_in_and_out_again_is_a_movement(shelf):
	doc = start(shelf)
	make.take_out(shelf.goods[0], shelf.qualified, 4)
	make.put_in(shelf.goods[0], shelf.qualified, 4, 2)
	assert act(shelf, counting.check_moved, doc) == 1


@pytest.mark.breaks_invariants  # the other posting's entries are not in the ledger
def test_a_posting_under_way_at_that_moment_is_a_movement(shelf):
	"""It was made before the books were frozen, and came to the balance after."""
	doc = start(shelf)
	frappe.db.set_value("Bin", {"item_code": shelf.goods[0], "warehouse": shelf.qualified}, "actual_qty", 9)
	assert act(shelf, counting.check_moved, doc) == 1


# ---- the end of counting ---------------------------------------------------------------------------------------------


def test_counting_ends_when_every_line_is_counted(shelf):
	doc = start(shelf)
	count(shelf, doc, (shelf.goods[0], 10))
	with pytest.raises(frappe.ValidationError, match="lines are not counted yet"):
		act(shelf, counting.finish, doc)
	count(shelf, doc, *zip(shelf.goods[1:], (20, 5), strict=True))
	act(shelf, counting.finish, doc)
	doc.reload()
	assert doc.status == "Counted"
	step = doc.approval_steps[-1]
	assert (step.action, step.actor) == ("Finish Counting", shelf.cast.user("storekeeper"))
	with pytest.raises(frappe.ValidationError, match="Nothing is counted into"):
		count(shelf, doc, (shelf.goods[0], 1))


def test_a_count_goes_back_with_a_reason_and_is_counted_again(shelf):
	doc = start(shelf)
	count_all(shelf, doc, (12, 20, 5))
	act(shelf, counting.finish, doc)
	with pytest.raises(frappe.ValidationError, match="reason"):
		act(shelf, counting.send_back, doc, " ")
	act(shelf, counting.send_back, doc, "灯管数量可疑")
	line = lines_of(doc)[shelf.goods[0]]
	act(shelf, counting.recount, doc, [line.name])
	count(shelf, doc, (shelf.goods[0], 10))
	act(shelf, counting.finish, doc)
	doc.reload()
	assert (doc.status, doc.surplus_value) == ("Counted", 0)


def test_a_cancelled_count_stays(shelf):
	doc = start(shelf)
	act(shelf, counting.cancel, doc, "盘错库")
	doc.reload()
	assert (doc.status, doc.approval_steps[-1].comment) == ("Cancelled", "盘错库")
	with pytest.raises(frappe.ValidationError, match="Counts are kept"):
		frappe.delete_doc(DOCTYPE, doc.name)


# ---- server-owned, the way around ------------------------------------------------------------------------------------


def test_lines_are_the_servers_but_for_the_reason(shelf):
	doc = start(shelf)
	with shelf.as_user("storekeeper"):
		doc = frappe.get_doc(DOCTYPE, doc.name)
		first = doc.lines[0]
		first.update(
			{"book_qty": 99, "counted_qty": 99, "is_counted": 1, "book_rate": 1, "reason": "自然损耗"}
		)
		doc.lines = doc.lines[:1]
		doc.update({"status": "Counted", "surplus_value": 5, "frozen_on": "2020-01-01 00:00:00"})
		doc.save()
	stored = frappe.get_doc(DOCTYPE, doc.name)
	assert len(stored.lines) == 3
	assert (stored.lines[0].reason, stored.lines[0].is_counted) == ("自然损耗", 0)
	assert stored.lines[0].book_qty != 99
	assert (stored.status, stored.surplus_value, str(stored.frozen_on)[:4]) == ("Counting", 0, nowdate()[:4])


def test_what_was_frozen_does_not_change(shelf):
	doc = start(shelf)
	with pytest.raises(frappe.ValidationError, match="does not change"), shelf.as_user("storekeeper"):
		doc.update({"kind": "Spot Check"}).save()


def test_rest_has_no_other_door(rest, shelf):
	frappe.db.commit()
	keeper = rest("storekeeper")
	values = {"company": shelf.company, "store": shelf.store, "status": "Counted", "kind": "Monthly"}
	assert keeper.insert(DOCTYPE, values, docstatus=1).status_code == 403
	answer = keeper.insert(DOCTYPE, values)
	assert answer.status_code == 200, answer.text[:1000]
	doc = answer.json()["data"]
	assert (doc["status"], doc["docstatus"], len(doc["lines"])) == ("Counting", 0, 3)
	line = doc["lines"][0]
	refused = keeper.insert(
		ENTRY, stock_count=doc["name"], line=line["name"], item_code=line["item_code"], qty=1
	)
	assert refused.status_code == 403
	record = "property_service.property_service.doctype.stock_count.counting.record"
	rows = [{"item_code": line["item_code"], "qty": 1}]
	assert rest("clerk").call(record, name=doc["name"], rows=rows).status_code == 403
	assert keeper.call(record, name=doc["name"], rows=rows).status_code == 200
	assert rest("clerk").call("frappe.client.get", doctype=DOCTYPE, name=doc["name"]).status_code == 403


def test_what_one_statement_wrote_is_not_written_again_line_by_line(shelf, count_sql):
	"""The end of counting draws its sample by a statement, and the count itself stays as it was (saving.py)."""
	doc = start(shelf)
	count_all(shelf, doc)
	with count_sql() as found:
		act(shelf, counting.finish, doc)
	written = [text for text in found.statements if text.lstrip().startswith("UPDATE `tabStock Count Line`")]
	assert [text for text in written if "WHERE `name`=%s" in text] == []


# ---- the sheet -------------------------------------------------------------------------------------------------------


def test_the_sheet_is_blind_while_it_is_counted(shelf):
	doc = start(shelf)
	assert count_sheet(doc).is_blind
	assert not count_sheet(start(shelf, blind=0)).is_blind
	frappe.local.lang = "zh"
	html = frappe.get_print(DOCTYPE, doc.name, "Stock Count Sheet")
	assert "库存物品盘点表" in html and "灯管" in html and ">10<" not in html
	count_all(shelf, doc, (12, 20, 5))
	act(shelf, counting.finish, doc)
	html = frappe.get_print(DOCTYPE, doc.name, "Stock Count Sheet")
	assert ">10<" in html and ">+2<" in html and ">+4.00<" in html
	frappe.local.lang = "en"


# ---- two thousand lines ----------------------------------------------------------------------------------------------


def test_statements_do_not_grow_with_lines(shelf, count_sql):
	def statements(more):
		for _ in range(more):
			make.put_in(make.item().name, shelf.qualified, 3)
		found = {}
		with count_sql() as sql:
			doc = start(shelf)
		found["start"] = len(sql)
		with count_sql() as sql:
			doc = frappe.get_doc(DOCTYPE, doc.name)
		found["open"] = len(sql)
		with count_sql() as sql, shelf.as_user("storekeeper"):
			doc.remarks = "月末盘点"
			doc.save()
		found["save"] = len(sql)
		rows = [{"item_code": line.item_code, "qty": 1} for line in doc.lines]
		with count_sql() as sql, shelf.as_user("storekeeper"):
			counting.record(doc.name, rows)
		found["count"] = len(sql)
		with count_sql() as sql, shelf.as_user("storekeeper"):
			counting.recount(doc.name, [line.name for line in doc.lines])
			counting.record(doc.name, rows)
			counting.finish(doc.name)
		found["finish"] = len(sql)
		return found

	statements(1)
	assert statements(1) == statements(12)
