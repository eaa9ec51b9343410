"""Thirty chairs of each method: handed on, repaired at somebody's cost, scrapped, replaced, counted (LV-02 to LV-14).

Every act is a person's at the desk; after each the articles tie to the ledger.
"""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import flt, nowdate

from property_service import settings
from property_service.rules import amortisation as rules
from tests import low_value as make
from tests import stores as stores_make
from tests.desk.pages import Dialog, FormPage, ReportPage, SlipView
from tests.low_value import articles_of
from tests.site import purchasing

ARTICLE, RUN, TRANSFER, REPAIR = "Low Value Article", "Amortisation Run", "Article Transfer", "Article Repair"
SCRAP, COUNT, REQUEST = "Scrap Request", "Article Count", "Material Request"
PIECES = 30
# method: price of a piece, instalments
METHODS = {rules.ONE_OFF: (150, 0), rules.FIFTY_FIFTY: (180, 0), rules.INSTALMENTS: (240, 12)}

KEEPERS = {"engineering": "technician", "environment": "other_technician"}


@pytest.fixture(scope="module")
def chairs(low_value, stores, stage, cast, as_user):
	"""Three issues of thirty chairs, one per method, committed for the server to see; `stage` deletes them in the end."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	for key, person in KEEPERS.items():
		frappe.db.set_value("Department", cast.departments[key], "low_value_keeper", cast.employee(person))
	issues = {}
	for method, (price, instalments) in METHODS.items():
		item = make.item(method, instalments, certificate_exempt=1).name
		# the instalments began two months ago, so that a run has something to catch up with
		day = make.months_ago(2) if method == rules.INSTALMENTS else None
		issues[method] = make.issue(stores, as_user, item, PIECES, rate=price, posting_date=day)
	frappe.db.commit()
	yield frappe._dict(
		issues=issues, company=stores.company, low_value=low_value, stores=stores, as_user=as_user, cast=cast
	)
	frappe.db.rollback()
	frappe.set_user("Administrator")
	for key in KEEPERS:
		frappe.db.set_value("Department", cast.departments[key], "low_value_keeper", None)
	frappe.db.commit()


def ties() -> None:
	frappe.db.rollback()
	assert make.broken() == []


def articles(chairs, method: str) -> list:
	frappe.db.rollback()
	return articles_of(chairs.issues[method])


def article(name: str):
	frappe.db.rollback()
	return frappe.get_doc(ARTICLE, name)


@pytest.mark.rule("LV-02", "LV-04", "LV-05", "LV-06", "LV-08", "LV-10", "LV-11", "LV-12", "LV-14")
def test_thirty_chairs(sit_down, api, chairs, shots):
	for method, (price, _instalments) in METHODS.items():
		made = articles(chairs, method)
		assert len(made) == PIECES
		assert flt(sum(row.cost for row in made), 2) == PIECES * price
	ties()
	amortise(sit_down, api, chairs, shots)
	handed_on = articles(chairs, rules.INSTALMENTS)[0].name
	hand_on(sit_down, chairs, handed_on, shots)
	broken = articles(chairs, rules.FIFTY_FIFTY)[0].name
	repair_at_somebodys_cost(sit_down, api, chairs, broken, shots)
	scrap_with_everybodys_signature(sit_down, api, chairs, broken, shots)
	buy_the_replacement(api, chairs, broken)
	lose_one_and_decide(sit_down, api, chairs, articles(chairs, rules.INSTALMENTS)[1].name, shots)


# ---- amortisation ------------------------------------------------------------------------------------------------


def amortise(sit_down, api, chairs, shots) -> None:
	accountant = sit_down("stores_accountant")
	form = FormPage(accountant, RUN).new(
		company=chairs.company, month=frappe.utils.get_first_day(nowdate()).isoformat()
	)
	form.save()
	form.press("Submit")
	accountant.click(accountant.page.locator(".modal.show .btn-primary:visible").last)
	accountant.page.wait_for_function("() => cur_frm.doc.docstatus === 1", timeout=30_000)
	form.open(form.name)
	accountant.picture(shots, "amortisation-run")
	run = api("stores_accountant").doc(RUN, form.name)
	assert run["status"] == "Posted" and run["journal_entry"]
	price, instalments = METHODS[rules.INSTALMENTS]
	assert {row.amortised_amount for row in articles(chairs, rules.INSTALMENTS)} == {3 * price / instalments}
	ties()


# ---- from hand to hand -------------------------------------------------------------------------------------------


def row_of(desk, table: str, values: dict) -> None:
	desk.js(
		"""async ([table, values]) => {
			const row = cur_frm.doc[table]?.[0] || cur_frm.add_child(table);
			for (const [name, value] of Object.entries(values)) {
				await frappe.model.set_value(row.doctype, row.name, name, value);
			}
			cur_frm.refresh_field(table);
		}""",
		[table, values],
	)
	desk.idle()


def hand_on(sit_down, chairs, name: str, shots) -> None:
	cast = chairs.cast
	giver = sit_down("technician")
	form = FormPage(giver, TRANSFER).new(
		company=chairs.company,
		kind="Handover",
		reason="调往环境部",
		from_department=cast.departments["engineering"],
		to_employee=cast.employee("other_technician"),
	)
	row_of(giver, "items", {"document_type": ARTICLE, "document": name, "condition": "Good"})
	form.save()
	assert form.english() == []
	head = sit_down("department_head")
	given = FormPage(head, TRANSFER).open(form.name)
	given.press("Give", context=TRANSFER)
	given.in_state("Given", TRANSFER)
	taker = sit_down("other_technician")
	taken = FormPage(taker, TRANSFER).open(form.name)
	taken.press("Take Over", context=TRANSFER)
	taken.in_state("Handed Over", TRANSFER)
	taker.picture(shots, "article-transfer")
	doc = article(name)
	assert (doc.department, doc.user_employee) == (
		cast.departments["environment"],
		cast.employee("other_technician"),
	)
	ties()


def repair_at_somebodys_cost(sit_down, api, chairs, name: str, shots) -> None:
	technician = sit_down("technician")
	form = FormPage(technician, REPAIR).new(company=chairs.company, article=name, problem="椅背断裂")
	form.save()
	assert form.english() == []
	form.press("Send to Repair")
	form.in_state("Under Repair", REPAIR)
	repair = form.name
	assert article(name).status == "Under Repair"

	hr = sit_down("admin_hr")
	form = FormPage(hr, REPAIR).open(repair)
	dialog = form.ask("Decide Cause")
	hr.js(
		"""async responsible => {
			await cur_dialog.set_value("cause", "Human");
			await cur_dialog.set_value("responsible", responsible);
			await cur_dialog.set_value("finding", "站在椅子上换灯管");
		}""",
		chairs.cast.employee("technician"),
	)
	hr.idle()
	hr.picture(shots, "repair-cause")
	dialog.confirm()
	form.in_state("Cause Decided", REPAIR)

	accountant = sit_down("stores_accountant")
	form = FormPage(accountant, REPAIR).open(repair)
	dialog = form.ask("Finish Repair")
	accountant.js(
		"""async account => {
			await cur_dialog.set_value("cost", 60);
			await cur_dialog.set_value("paid_from", account);
		}""",
		cash(chairs.company),
	)
	accountant.idle()
	dialog.confirm()
	form.in_state("Repaired", REPAIR)
	assert owed(sit_down, chairs) == 60
	assert article(name).status == "In Use"
	ties()


def cash(company: str) -> str:
	account = {"company": company, "account_type": "Cash", "is_group": 0}
	return frappe.get_all("Account", account, pluck="name", order_by="name", limit=1)[0]


def owed(sit_down, chairs) -> float:
	"""What the technician owes the company, by the report."""
	accountant = sit_down("stores_accountant")
	rows = ReportPage(accountant, "Employee Receivables").open(company=chairs.company).rows()
	employee = chairs.cast.employee("technician")
	return sum(row.get("balance") or 0 for row in rows if row.get("employee") == employee)


# ---- given up ----------------------------------------------------------------------------------------------------


def scrap_with_everybodys_signature(sit_down, api, chairs, name: str, shots) -> None:
	"""Ruined by hand: full compensation of 180; scrap iron for 12 stays in the store."""
	technician = sit_down("technician")
	form = FormPage(technician, SCRAP).new(company=chairs.company, source=ARTICLE)
	row_of(technician, "items", {"low_value_article": name, "reason": "Unusable"})
	form.save()
	form.action("Send for Signature")
	form.in_state("Pending Department Head", SCRAP)
	request = form.name
	signs(sit_down("department_head"), request, "Approve", "Pending Finance")

	hr = sit_down("admin_hr")
	found = FormPage(hr, SCRAP).open(request)
	dialog = found.ask("Investigate Cause")
	hr.js(
		"""async () => {
			await cur_dialog.set_value(cur_frm.doc.items[0].name, "Human");
			await cur_dialog.set_value("finding", "维修后再次损坏");
		}"""
	)
	dialog.confirm()

	finance = sit_down("finance_manager")
	form = FormPage(finance, SCRAP).open(request)
	finance.js(
		"""async ([verifier, responsible, item, warehouse]) => {
			await cur_frm.set_value("finding", "椅背断裂, 无法再用");
			cur_frm.doc.verifiers = [];
			const line = cur_frm.add_child("verifiers");
			line.employee = verifier;
			const row = cur_frm.doc.items[0];
			for (const [name, value] of Object.entries({ cause: "Human", responsible, residual_method: "Into Stock",
				residual_value: 12, residual_item: item, residual_qty: 3, residual_warehouse: warehouse })) {
				await frappe.model.set_value(row.doctype, row.name, name, value);
			}
			cur_frm.refresh_fields();
		}""",
		[
			chairs.cast.employee("stores_accountant"),
			chairs.cast.employee("technician"),
			scrap_iron(),
			chairs.stores.zone(),
		],
	)
	form.save()
	finance.picture(shots, "scrap-verified")
	form.action("Pass to General Manager")
	form.in_state("Pending GM", SCRAP)
	signs(sit_down("general_manager"), request, "Approve", "Approved")
	accountant = sit_down("stores_accountant")
	signs(accountant, request, "Post Scrap", "Posted")
	accountant.picture(shots, "scrap-posted")

	doc = article(name)
	assert (doc.status, doc.net_value, doc.amortised_amount) == ("Scrapped", 0, 180)
	posted = api("stores_accountant").doc(SCRAP, request)
	assert posted["total_residual"] == 12
	assert owed(sit_down, chairs) == 60 + posted["total_compensation"] + sum(
		row.get("penalty") or 0 for row in posted["items"]
	)
	ties()
	sheet = SlipView(accountant).open(SCRAP, request, "Scrap Request Sheet")
	text = sheet.sheet.inner_text()
	assert [word for word in ("物品报废单", "办公椅", "周伟", "冯雪", "钱海") if word not in text] == []
	accountant.picture(shots, "scrap-sheet", sheet.sheet)


def signs(desk, request: str, action: str, state: str) -> None:
	form = FormPage(desk, SCRAP).open(request)
	form.action(action)
	form.in_state(state, SCRAP)


def scrap_iron() -> str:
	frappe.db.rollback()
	name = stores_make.item(item_name="废铁", specification="混合").name
	frappe.db.commit()
	return name


def buy_the_replacement(api, chairs, name: str) -> None:
	"""First scrapped, then bought; the same chair is not replaced twice."""
	item = article(name).item
	line = {"item_code": item, "qty": 1, "purchase_reason": "Replacement"}
	named = [{"article": name, "for_item": item}]
	values = purchasing.request_values(chairs.stores, line, plan_type="Monthly", replaced_articles=named)
	values["store"] = new_store(chairs)
	made = api("storekeeper").make(
		REQUEST, **{key: value for key, value in values.items() if key != "doctype"}
	)
	assert made["replaced_articles"][0]["article"] == name
	values["store"] = new_store(chairs)
	again = api("storekeeper").insert(
		REQUEST, {key: value for key, value in values.items() if key != "doctype"}
	)
	assert again.status_code == 417 and "LV-12" in again.text


def new_store(chairs) -> str:
	frappe.db.rollback()
	store = purchasing.own_store(chairs.stores)
	frappe.db.commit()
	return store


# ---- counted -----------------------------------------------------------------------------------------------------


def lose_one_and_decide(sit_down, api, chairs, name: str, shots) -> None:
	"""The quarter's count by phone: one chair is gone; its net value is decided to the finder of its cause."""
	department = chairs.cast.departments["engineering"]
	pending = settings.company_row(chairs.company).pending_gains_losses_account
	undecided = make.balance(pending)
	accountant = sit_down("stores_accountant")
	form = FormPage(accountant, COUNT).new(company=chairs.company, kind="Quarterly", department=department)
	form.save()
	assert form.english() == []
	count = form.name
	lines = api("stores_accountant").doc(COUNT, count)["lines"]
	assert name in {row["document"] for row in lines}

	phone = sit_down("technician", phone=True)
	scanning = FormPage(phone, COUNT).open(count)
	phone.click(scanning.root.locator(".page-head .primary-action:visible"))
	dialog = Dialog(phone).wait()
	assert dialog.title == phone.zh("Scan Labels")
	others = [row["document"] for row in lines if row["document"] != name]
	dialog.type("code", others[0])
	dialog.confirm(closes=False)
	phone.page.wait_for_function("() => !cur_dialog.get_value('code')")
	phone.picture(shots, "article-count-phone")
	phone.js("() => cur_dialog.hide()")
	phone.idle()
	# the rest is scanned the same way, without the pictures
	for document in others[1:]:
		api("technician").ask(
			"property_service.property_service.doctype.article_count.article_count.scan",
			count=count,
			code=document,
		)
	form.open(count)
	form.ask("Mark as Missing")
	accountant.js(
		"""async name => {
			await cur_dialog.set_value("line", cur_frm.doc.lines.find((row) => row.document === name).name);
			await cur_dialog.set_value("cause", "搬家后不见");
		}""",
		name,
	)
	Dialog(accountant).confirm()
	accountant.page.wait_for_function("() => cur_frm.doc.missing_lines === 1")
	accountant.idle()
	form.press("Finish Counting")
	form.in_state("Counted", COUNT)
	keeper = sit_down("technician")
	signed = FormPage(keeper, COUNT).open(count)
	signed.press("Sign Count")
	signed.in_state("Signed by Keeper", COUNT)

	finance = sit_down("finance_manager")
	form = FormPage(finance, COUNT).open(count)
	form.press("Approve Count")
	form.in_state("Approved", COUNT)
	assert article(name).status == "Lost"
	ties()
	dialog = form.ask("Decide a Loss")
	finance.js(
		"""async responsible => {
			const line = cur_frm.doc.lines.find((row) => row.result === "Missing" && !row.is_decided);
			await cur_dialog.set_value("line", line.name);
			await cur_dialog.set_value("decision", "由使用人赔偿");
			await cur_dialog.set_value("compensation", 100);
			await cur_dialog.set_value("responsible", responsible);
		}""",
		chairs.cast.employee("technician"),
	)
	finance.idle()
	dialog.confirm()
	finance.page.wait_for_function("() => cur_frm.doc.undecided_lines === 0")
	finance.idle()
	finance.picture(shots, "article-count")
	sheet = SlipView(finance).open(COUNT, count, "Article Count Sheet")
	assert "低值易耗品盘点表" in sheet.sheet.inner_text()
	finance.picture(shots, "article-count-sheet", sheet.sheet)
	ties()
	assert make.balance(pending) == undecided  # nothing of this count's
