"""A company switches over in a day, as docs/switching-over.md says: every import template, by the person who brings it.

One test plays the day in its order and looks at the figures at its end; the others show what the doors refuse.
"""

import csv
import io
from pathlib import Path

import frappe
import pytest
from frappe.core.doctype.data_import.data_import import form_start_import
from frappe.utils import add_days, getdate, nowdate

from property_service import invariants, settings
from property_service.property_service.doctype.card_day_posting import posting
from property_service.property_service.doctype.front_desk_receipt import front_desk_receipt as receipts
from property_service.rules import amortisation as rules
from property_service.setup.company_site import COMPANY
from property_service.stock import stock_months
from tests import low_value as line
from tests import stores as make_stores
from tests.site.till_line import Till
from tests.site.till_line import mode as till_mode

TEMPLATES = Path(__file__).resolve().parents[2] / "fixtures" / "import_templates"
ARTICLE, OPENING = "Low Value Article", "Article Opening"
# DocType, who brings it, whether it is submitted at once: the order of docs/switching-over.md.
DAY = (
	("Property Unit", "service_manager", False),
	("Customer", "service_manager", False),
	("Supplier", "Administrator", False),
	("Resident", "service_manager", False),
	("Property Key", "service_manager", False),
	("Vehicle Pass", "service_manager", False),
	("Gym Membership", "service_manager", False),
	("Item", "Administrator", False),
	("Stock Limit Override", "finance_manager", False),
	("Stock Reconciliation", "finance_manager", True),
	("Article Opening", "stores_accountant", True),
	("Service Card", "service_manager", False),
	("Sales Invoice", "finance_manager", True),
	("Journal Entry", "finance_manager", True),
)


@pytest.fixture
def opened(low_value, as_user):
	"""The finance manager lets the old books in today."""
	frappe.db.savepoint("opened")
	set_until(as_user, low_value.company, nowdate())
	return low_value


def set_until(as_user, company: str, day) -> None:
	with as_user("finance_manager"):
		doc = frappe.get_doc(settings.DOCTYPE)
		row = next(row for row in doc.companies if row.company == company)
		row.opening_data_until = row.card_switch_over_until = day
		doc.save()


def rows_of(doctype: str) -> list[dict]:
	"""The template's; whom money is owed to has another name in ERPNext 16's Chinese chart."""
	text = (TEMPLATES / f"{frappe.scrub(doctype)}.csv").read_text(encoding="utf-8")
	text = text.replace("债权人 - 和园", frappe.db.get_value("Company", COMPANY, "default_payable_account"))
	return list(csv.DictReader(io.StringIO(text)))


def bring(doctype: str, rows: list[dict], submit: bool):
	"""What the user does in Data Import: a new import, the file, Start. Returns the Data Import; every row must be in."""
	out = io.StringIO()
	writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
	writer.writeheader()
	writer.writerows(rows)
	language = frappe.local.lang
	document = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": doctype,
			"import_type": "Insert New Records",
			"submit_after_import": int(submit),
			"import_file": frappe.get_doc(
				{
					"doctype": "File",
					"file_name": f"{frappe.scrub(doctype)}.csv",
					"content": out.getvalue().encode(),
					"is_private": 1,
				}
			)
			.insert()
			.file_url,
		}
	).insert()
	# an unknown column is no error to Frappe: it is left out
	assert document.get_importer().import_file.get_warnings() == [], doctype
	form_start_import(document.name)
	frappe.local.lang = language
	refused = frappe.get_all(
		"Data Import Log",
		{"data_import": document.name, "success": 0},
		["messages", "exception"],
		order_by="log_index",
	)
	assert not refused, f"{doctype}: {refused[0]}"
	assert document.reload().status == "Success"
	return document


def imported(document) -> list[str]:
	return frappe.get_all(
		"Data Import Log",
		{"data_import": document.name, "success": 1},
		pluck="docname",
		order_by="log_index",
	)


def with_numbers_of_residents(rows: list[dict]) -> list[dict]:
	"""The numbers come from the list of residents that was imported before, looked up by mobile number."""
	examples = {"ZH-90001": "13900009001", "ZH-90002": "13900009002"}
	for row in rows:
		row["resident"] = frappe.db.get_value("Resident", {"mobile_no": examples[row["resident"]]})
	return rows


def found(company: str) -> set[tuple[str, str]]:
	stock_months.write_marks()  # the commit of each import would
	return {(finding.invariant, finding.name) for finding in invariants.check(company)}


@pytest.mark.rule("ORG-06", "LV-05", "CASH-05")
def test_a_company_switches_over_in_a_day(opened, stores, cast, as_user):
	company = opened.company
	temporary = settings.company_row(company).opening_account
	before = line.balance(temporary), found(company)
	assert settings.company_row(company).card_opening_account == temporary
	frappe.get_doc(
		{
			"doctype": "Gym Plan",
			"plan_name": "示例次卡",
			"company": company,
			"plan_kind": "Visits",
			"visits": 20,
			"days": 180,
			"fee": 300,
		}
	).insert()
	brought = {}
	for doctype, person, submit in DAY:
		rows = rows_of(doctype)
		if doctype in ("Service Card", "Gym Membership"):
			rows = with_numbers_of_residents(rows)
		with as_user(person):
			brought[doctype] = imported(bring(doctype, rows, submit))

	# what stands in the old lists stands here
	assert len(brought["Property Unit"]) == 7 and len(brought["Resident"]) == 3
	articles = frappe.get_all(
		ARTICLE, {"article_opening": brought[OPENING][0]}, ["net_value", "old_number"], order_by="name"
	)
	assert sorted((a.net_value, a.old_number) for a in articles) == [
		(0, "DZ-022"),
		*[(360, "DZ-017")] * 3,
		*[(450, "DZ-021")] * 2,
	]
	stock = dict(
		frappe.get_all(
			"Bin",
			{"item_code": ("like", "SL-%")},
			["item_code", "stock_value"],
			as_list=True,
			order_by="item_code",
		)
	)
	assert stock == {"SL-DG-T8": 850, "SL-ZF-25": 900}
	outstanding = frappe.get_all(
		"Sales Invoice",
		{"name": ("in", brought["Sales Invoice"])},
		["outstanding_amount", "is_opening"],
		order_by="name",
	)
	assert [(row.outstanding_amount, row.is_opening) for row in outstanding] == [(3200, "Yes"), (1450, "Yes")]

	# until the cards' entry of the day is posted, their balances are all that is missing; afterwards nothing is
	assert float(line.balance(temporary) - before[0]) == -435.5
	posting.post_company(company, until=getdate(nowdate()))
	assert line.balance(temporary) == before[0]
	assert found(company) <= before[1]

	# and the books go on from there: one part of the instalments for each month since, nothing else
	run = line.amortise(as_user, company, nowdate())
	chair = frappe.get_doc(ARTICLE, {"article_opening": brought[OPENING][0], "item": "SL-BGY", "piece": 1})
	months = rules.parts_due(chair.in_use_since, getdate(nowdate()), 24)
	assert (run.status, chair.amortised_amount) == ("Posted", min(months, 24) * 20)
	assert found(company) <= before[1]


# ---- the door of the articles ---------------------------------------------------------------------------------------


def opening(low_value, cast, **values):
	"""Two chairs, three of twenty-four months over."""
	row = {
		"item": line.item(rules.INSTALMENTS, 24).name,
		"qty": 2,
		"in_use_since": line.months_ago(2),
		"cost": 480,
		"amortised_amount": 60,
		"department": cast.departments["engineering"],
	}
	return frappe.get_doc(
		{
			"doctype": OPENING,
			"company": low_value.company,
			"posting_date": nowdate(),
			"items": [{**row, **values.pop("row", {})}],
			**values,
		}
	)


@pytest.mark.rule("LV-02", "LV-05")
def test_articles_come_in_with_what_is_amortised_and_tie(opened, cast, as_user):
	before = line.balance(opened.in_use), line.balance(opened.amortisation)
	with as_user("stores_accountant"):
		doc = opening(opened, cast).insert()
		doc.submit()
	(first, second) = frappe.get_all(ARTICLE, {"article_opening": doc.name}, ["*"], order_by="piece")
	assert (first.cost, first.amortised_amount, first.net_value, first.status) == (480, 60, 420, "In Use")
	assert first.user_employee is None and second.piece == 2 and first.issue is None
	assert (line.balance(opened.in_use) - before[0], line.balance(opened.amortisation) - before[1]) == (
		960,
		-120,
	)
	assert frappe.db.get_value("Journal Entry", doc.journal_entry, "docstatus") == 1
	assert line.broken() == []

	line.amortise(as_user, opened.company, nowdate())
	assert frappe.db.get_value(ARTICLE, first.name, "amortised_amount") == 60  # this month's part was in it


@pytest.mark.rule("LV-02")
def test_cancelled_it_leaves_nothing_unless_an_article_moved_on(opened, cast, as_user):
	from property_service.low_value import articles

	before = line.balance(opened.in_use)
	with as_user("stores_accountant"):
		doc = opening(opened, cast).insert()
		doc.submit()
		doc.cancel()
	assert line.balance(opened.in_use) == before and line.broken() == []
	assert set(frappe.get_all(ARTICLE, {"article_opening": doc.name}, pluck="status")) == {"Cancelled"}

	with as_user("stores_accountant"):
		doc = opening(opened, cast).insert()
		doc.submit()
	name = frappe.get_all(ARTICLE, {"article_opening": doc.name}, pluck="name", order_by="name")[0]
	articles.settle([name], opened.company, "Idle")
	with as_user("stores_accountant"), pytest.raises(frappe.ValidationError, match=name):
		doc.reload().cancel()


@pytest.mark.rule("ORG-06")
@pytest.mark.parametrize("day", [None, "yesterday"])
def test_nothing_comes_in_when_the_door_is_shut(low_value, cast, as_user, day):
	set_until(as_user, low_value.company, add_days(nowdate(), -1) if day else None)
	with as_user("stores_accountant"), pytest.raises(frappe.ValidationError, match="ORG-06"):
		opening(low_value, cast).insert()


@pytest.mark.rule("ORG-06")
@pytest.mark.parametrize(
	"person", ["storekeeper", "service_manager", "admin_hr", "department_head", "general_manager"]
)
def test_only_accounting_brings_articles(opened, cast, as_user, person):
	with as_user(person), pytest.raises(frappe.PermissionError):
		opening(opened, cast).insert()


@pytest.mark.rule("LV-05")
def test_other_amounts_need_a_reason_and_the_next_run_makes_them_up(opened, cast, as_user):
	with as_user("stores_accountant"):
		with pytest.raises(frappe.ValidationError, match="LV-05"):
			opening(opened, cast, row={"amortised_amount": 0}).insert()
		doc = opening(opened, cast, row={"amortised_amount": 0}, difference_reason="旧账未摊销").insert()
		doc.submit()
	line.amortise(as_user, opened.company, nowdate())
	assert set(frappe.get_all(ARTICLE, {"article_opening": doc.name}, pluck="amortised_amount")) == {60}
	assert line.broken() == []


@pytest.mark.rule("LV-05")
def test_nobody_sends_what_the_server_writes(opened, cast, as_user):
	with as_user("stores_accountant"):
		doc = opening(opened, cast, total_cost=1, pieces=99, submitted_by="Guest").insert()
	assert (doc.total_cost, doc.total_amortised, doc.pieces) == (960, 120, 2)
	assert (doc.journal_entry, doc.submitted_by) == (None, None)


@pytest.mark.rule("LV-02", "LV-04")
@pytest.mark.parametrize(
	"row", [{"qty": 2_000_000_000}, {"qty": -1}, {"amortisation_method": "Straight Line"}, {"cost": 0}]
)
def test_nonsense_is_refused_by_name(opened, cast, as_user, row):
	with as_user("stores_accountant"), pytest.raises(frappe.ValidationError, match="LV-0"):
		opening(opened, cast, row=row).insert()


@pytest.mark.rule("LV-02")
def test_departments_and_people_are_the_companys(opened, cast, as_user):
	other = frappe.get_doc(
		{"doctype": "Department", "department_name": "外单位", "company": opened.company}
	).insert()
	other.db_set("company", "另一家公司")
	frappe.clear_document_cache("Department", other.name)
	with as_user("stores_accountant"), pytest.raises(frappe.ValidationError, match="外单位"):
		opening(opened, cast, row={"department": other.name}).insert()


# ---- deposits -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CASH-01", "ORG-06")
def test_deposits_of_the_old_books_are_received_by_a_mode_of_their_own(opened, cast, as_user):
	"""Each has a receipt then, which it is paid back under; the money is where the old books left it."""
	company = opened.company
	temporary = settings.company_row(company).opening_account
	mode = frappe.get_doc({"doctype": "Mode of Payment", "mode_of_payment": "旧押金转入", "type": "General"})
	mode.insert()
	with as_user("finance_manager"):
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.append("payment_modes", {"company": company, "mode_of_payment": mode.name, "account": temporary})
		doc.save()
	deposits = settings.purpose_row(company, "Renovation Deposit").account
	before = line.balance(temporary), line.balance(deposits)

	till = Till(cast, as_user)
	shift = till.open(opening_float=100)
	with as_user("clerk"):
		taken = receipts.issue(
			purpose="Renovation Deposit",
			amount=2000,
			mode_of_payment=mode.name,
			payer="张示例",
			remarks="旧收据 0034127",
		)
	till.accept(till.close(shift, 100, float_kept=100))
	assert (line.balance(temporary) - before[0], line.balance(deposits) - before[1]) == (2000, -2000)

	till.open(opening_float=100)
	with as_user("clerk"), pytest.raises(frappe.ValidationError, match="CASH-01"):
		receipts.issue(
			direction="Out",
			purpose="Deposit Refund",
			amount=2001,
			mode_of_payment=till_mode("cash"),
			payer="张示例",
			original_receipt=taken["name"],
		)


# ---- the door of the stock --------------------------------------------------------------------------------------------


def opening_stock(stores, item_code: str, **values):
	return frappe.get_doc(
		{
			"doctype": "Stock Reconciliation",
			"purpose": "Opening Stock",
			"company": stores.company,
			"expense_account": settings.company_row(stores.company).opening_account,
			"items": [
				{"item_code": item_code, "warehouse": stores.zone("Qualified"), "qty": 5, "valuation_rate": 8}
			],
			**values,
		}
	)


@pytest.mark.rule("WH-07", "ORG-06")
def test_opening_stock_comes_in_once_and_only_while_the_door_is_open(opened, stores, as_user):
	item = make_stores.item().name
	with as_user("finance_manager"):
		opening_stock(stores, item).insert().submit()
		more = opening_stock(stores, item)
		more.items[0].qty = 9
		more.insert()
		with pytest.raises(frappe.ValidationError, match="WH-28"):
			more.submit()
	set_until(as_user, opened.company, None)
	with as_user("finance_manager"), pytest.raises(frappe.ValidationError, match="WH-07"):
		opening_stock(stores, make_stores.item().name).insert().submit()


@pytest.mark.rule("ORG-06")
def test_opening_stock_is_booked_against_the_opening_account(opened, stores, as_user):
	equity = frappe.db.get_value("Account", {"company": stores.company, "root_type": "Equity", "is_group": 0})
	with as_user("finance_manager"), pytest.raises(frappe.ValidationError, match="ORG-06"):
		opening_stock(stores, make_stores.item().name, expense_account=equity).insert().submit()


@pytest.mark.rule("ORG-06")
@pytest.mark.parametrize("person", ["clerk", "technician", "storekeeper", "employee"])
def test_who_brings_nothing_has_no_import(as_user, person):
	with as_user(person):
		assert not frappe.has_permission("Data Import", "create")


@pytest.mark.rule("ORG-06")
def test_each_sees_the_own_imports_only(as_user):
	with as_user("service_manager"):
		name = bring("Customer", rows_of("Customer"), False).name
		assert frappe.get_list("Data Import", {"name": name})
	with as_user("finance_manager"):
		assert not frappe.get_list("Data Import", {"name": name})
		assert not frappe.has_permission("Data Import", "read", name)
