"""Postings of the app as requests that somebody sends, and what each must leave behind (Q-04).

Which postings have no case here stands in docs/faults.md, under *What is not covered*.

A function here makes, as the people concerned and for good, all that comes before the posting, and returns the `Case`: the
request that posts, and how often it was posted by each of its traces. They must all agree: a posting whose receipt is
there and whose entry is not has been posted half.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from erpnext.stock.doctype.material_request.material_request import make_stock_entry

from property_service.property_service.doctype.article_count import article_count
from property_service.property_service.doctype.article_repair import article_repair
from property_service.property_service.doctype.article_transfer import article_transfer
from property_service.property_service.doctype.stock_count import checking, counting
from property_service.stock import direct_issues, returns
from property_service.stock import stores as places
from tests import low_value as low_value_line
from tests import stores as stores_line
from tests.site import card_line, make, purchasing, scrapping, tool_line
from tests.site.repair_line import Line
from tests.site.till_line import Till, mode

METHOD = "/api/method/property_service."
DOCTYPES = METHOD + "property_service.doctype."
Effect = Callable[[], dict[str, int]]


@dataclass
class People:
	"""Who acts, and in which company: the cast with its stores and low-value consumables."""

	cast: object
	as_user: Callable
	stores: object
	low_value: object
	_tools: object = None

	@property
	def tools(self):
		self._tools = self._tools or tool_line.Tools(self.stores, self.cast, self.as_user)
		return self._tools


@dataclass
class Case:
	"""`person` sends `values` to `path`; `effect()` counts each trace of the posting: all 0, or all 1.

	For the deadlock, `early`: (DocType, name) of the row that the posting locks first; `late`: a statement with its values by
	which somebody else takes what the posting needs afterwards; by default the number that it takes last. `repeats`: whether the same request sent
	again is answered as the first time (it carries an id); else it is refused.
	"""

	person: str
	path: str
	values: dict
	effect: Effect
	early: tuple[str, str] | None = None
	late: tuple[str, tuple] | None = None
	repeats: bool = False
	verb: str = "POST"


def count(doctype: str, **filters) -> int:
	return frappe.db.count(doctype, filters)


def request_id() -> str:
	return frappe.generate_hash(length=16)


def row_of(doctype: str, **filters) -> tuple[str, tuple]:
	"""Somebody else locks these rows."""
	name = frappe.db.get_value(doctype, filters)
	assert name, f"no {doctype} with {filters}"
	return f"SELECT name FROM `tab{doctype}` WHERE name = %s FOR UPDATE", (name,)


def submission(person: str, doc, effect: Effect, late: tuple[str, tuple]) -> Case:
	"""Submitting a draft by REST, as a program does it."""
	return Case(
		person,
		f"/api/resource/{doc.doctype}/{doc.name}",
		{"docstatus": 1},
		effect,
		early=(doc.doctype, doc.name),
		late=late,
		repeats=True,  # a submitted document is saved once more, which changes nothing
		verb="PUT",
	)


def desk_submission(person: str, doc, effect: Effect, late: tuple[str, tuple]) -> Case:
	"""The button Submit of the desk's form."""
	values = {"doc": frappe.as_json(frappe.get_doc(doc.doctype, doc.name)), "action": "Submit"}
	return Case(
		person,
		"/api/method/frappe.desk.form.save.savedocs",
		values,
		effect,
		early=(doc.doctype, doc.name),
		late=late,
	)


def submitted(doc) -> int:
	return int(frappe.db.get_value(doc.doctype, doc.name, "docstatus") == 1)


def posted(key: str) -> int:
	return count("Ledger Posting", posting_key=key, journal_entry=("is", "set"))


def moved(voucher: str, rows: int = 1) -> float:
	"""Ledger rows of a voucher for each that it must have."""
	return count("Stock Ledger Entry", voucher_no=voucher, is_cancelled=0) / rows


# ---- cards and till --------------------------------------------------------------------------------------------------


def open_till(people: People) -> Till:
	till = Till(people.cast, people.as_user)
	if not frappe.db.exists("Front Desk Shift", {"clerk": people.cast.user("clerk"), "status": "Open"}):
		till.open()
	return till


def card_of(people: People, cash: float = 0) -> str:
	open_till(people)
	return card_line.Cards(people.cast, people.as_user).card(cash=cash)


def card_payment(people: People) -> Case:
	card, key = card_of(people, cash=100), request_id()

	def effect():
		balance = frappe.db.get_value("Service Card", card, "balance")
		return {"movement": count("Card Transaction", request_id=key), "taken": (100 - balance) / 7}

	return Case(
		"terminal",
		f"{DOCTYPES}card_transaction.consumption.consume",
		{"card_no": card, "amount": 7, "request_id": key},
		effect,
		early=("Service Card", card),
		late=(
			"INSERT INTO `tabCard Transaction` (name, request_id, sequence) VALUES ('held', %s, 0)",
			(key,),
		),
		repeats=True,
	)


def card_top_up(people: People) -> Case:
	card, key = card_of(people), request_id()

	def effect():
		receipt = frappe.db.get_value("Card Transaction", {"request_id": key}, "receipt")
		return {
			"movement": count("Card Transaction", request_id=key),
			"receipt": count("Front Desk Receipt", name=receipt, docstatus=1) if receipt else 0,
			"balance": frappe.db.get_value("Service Card", card, "balance") / 50,
		}

	return Case(
		"clerk",
		f"{DOCTYPES}card_transaction.actions.make",
		{
			"card_no": card,
			"transaction_type": "Cash Top-up",
			"amount": 50,
			"mode_of_payment": mode("cash"),
			"request_id": key,
		},
		effect,
		early=("Service Card", card),
		repeats=True,
	)


def till_receipt(people: People) -> Case:
	open_till(people)
	key = request_id()
	shift = frappe.db.get_value(
		"Front Desk Shift", {"clerk": people.cast.user("clerk"), "status": "Open"}, "name"
	)
	return Case(
		"clerk",
		f"{DOCTYPES}front_desk_receipt.front_desk_receipt.issue",
		{
			"purpose": "Other",
			"amount": 20,
			"mode_of_payment": mode("cash"),
			"payer": "林晓东",
			"request_id": key,
		},
		lambda: {"receipt": count("Front Desk Receipt", request_id=key, docstatus=1)},
		early=("Front Desk Shift", shift),
		repeats=True,
	)


def closing_acceptance(people: People) -> Case:
	"""A shift of its own, at a counter of its own, of the second clerk."""
	till = Till(people.cast, people.as_user)
	shift = till.open(person="second_clerk")
	till.take(person="second_clerk", amount=20)
	closing = till.close(shift, 520, person="second_clerk")
	return Case(
		"cashier",
		f"{DOCTYPES}front_desk_closing.front_desk_closing.accept",
		{"closing": closing.name},
		lambda: {
			"closing": submitted(closing),
			"posting": count("Ledger Posting", source_name=closing.name, journal_entry=("is", "set")),
			"entry": count("Front Desk Closing", name=closing.name, journal_entry=("is", "set")),
		},
		early=("Front Desk Closing", closing.name),
	)


# ---- stores ----------------------------------------------------------------------------------------------------------


def handed_out(people: People, submit: bool):
	stores, as_user = people.stores, people.as_user
	store, item = purchasing.own_store(stores), stores_line.item().name
	qualified = places.zone_warehouse(store, "Qualified")
	stores_line.put_in(item, qualified, 10, rate=6)
	request = purchasing.issue_request(stores, as_user, item, qualified, store=store)
	with as_user("storekeeper"):
		entry = make_stock_entry(request.name).insert()
		if submit:
			entry.submit()
	return entry


def stock_issue(people: People) -> Case:
	entry = handed_out(people, submit=False)
	return submission(
		"storekeeper",
		entry,
		lambda: {"entry": submitted(entry), "ledger": moved(entry.name)},
		late=row_of("Bin", item_code=entry.items[0].item_code, warehouse=entry.items[0].s_warehouse),
	)


def stock_return(people: People) -> Case:
	issue = handed_out(people, submit=True)
	with people.as_user("storekeeper"):
		back = returns.make_return(issue.name).insert()
	return submission(
		"storekeeper",
		back,
		lambda: {"entry": submitted(back), "ledger": moved(back.name)},
		late=row_of("Bin", item_code=back.items[0].item_code, warehouse=back.items[0].t_warehouse),
	)


def ordered(people: People):
	stores, as_user = people.stores, people.as_user
	line = {"item_code": stores_line.item().name, "qty": 10}
	request = purchasing.approved(stores, as_user, line, store=purchasing.own_store(stores))
	return request, purchasing.ordered(request, stores, as_user)


def purchase_receipt(people: People) -> Case:
	request, order = ordered(people)
	with people.as_user("storekeeper"):
		receipt = purchasing.receipt_of(order)
		receipt.insert()
		purchasing.inspected(receipt)
	return desk_submission(
		"storekeeper",
		receipt,
		lambda: {
			"receipt": submitted(receipt),
			"ledger": moved(receipt.name),
			"request": purchasing.counters(request)[0][0] / 10,
		},
		late=row_of("Purchase Order Item", parent=order.name),
	)


def direct_issue(people: People) -> Case:
	_, order = ordered(people)
	receipt = purchasing.direct(order, people.as_user, people.cast)
	with people.as_user("department_head"):
		direct_issues.sign_direct_issue(receipt.name)
	receipt.reload()

	def effect():
		issue = frappe.db.get_value("Stock Entry", {"direct_receipt": receipt.name, "docstatus": 1})
		return {
			"receipt": submitted(receipt),
			"ledger": moved(receipt.name),
			"issue": moved(issue) if issue else 0,
		}

	return desk_submission(
		"storekeeper", receipt, effect, late=row_of("Purchase Order Item", parent=order.name)
	)


def stock_count(people: People) -> Case:
	"""Eight lamps of ten, twenty-one reams of twenty: an issue and a receipt in one approval."""
	stores, as_user = people.stores, people.as_user
	store = stores_line.store(stores.company)
	qualified = places.zone_warehouse(store, "Qualified")
	goods = [stores_line.item(item_name=name).name for name in ("灯管", "复印纸")]
	for item, quantity, rate in zip(goods, (10, 20), (2, 3), strict=True):
		stores_line.put_in(item, qualified, quantity, rate)
	with as_user("storekeeper"):
		doc = frappe.get_doc(
			{"doctype": "Stock Count", "company": stores.company, "store": store, "kind": "Monthly"}
		).insert()
		counting.record(
			doc.name, [{"item_code": item, "qty": qty} for item, qty in zip(goods, (8, 21), strict=True)]
		)
		counting.finish(doc.name)
	doc.reload()
	with as_user("stores_accountant"):
		sample = [{"line": line.name, "qty": line.counted_qty} for line in doc.lines if line.in_sample]
		checking.record_check(doc.name, sample)
		checking.check(doc.name)

	def effect():
		balances = [
			frappe.db.get_value("Bin", {"item_code": item, "warehouse": qualified}, "actual_qty")
			for item in goods
		]
		return {
			"count": count("Stock Count", name=doc.name, status="Finance Manager Approved"),
			"shortage": (10 - balances[0]) / 2,
			"surplus": balances[1] - 20,
		}

	return Case(
		"finance_manager",
		f"{DOCTYPES}stock_count.posting.approve",
		{"name": doc.name},
		effect,
		early=("Stock Count", doc.name),
	)


def stock_scrap(people: People) -> Case:
	shelf = scrapping.shelf(people.stores, people.cast, people.as_user)
	doc = scrapping.written(shelf)
	for person, action in scrapping.SIGNED[:-1]:
		if action == "Pass to General Manager":
			scrapping.verify(shelf, doc)
		scrapping.act(shelf, person, doc, action)
	doc.reload()

	def effect():
		left = frappe.db.get_value(
			"Bin", {"item_code": shelf.lamp, "warehouse": shelf.qualified}, "actual_qty"
		)
		return {
			"request": count("Scrap Request", name=doc.name, status="Posted"),
			"stock": (10 - left) / 3,
		}

	return Case(
		"stores_accountant",
		"/api/method/frappe.model.workflow.apply_workflow",
		{"doc": frappe.as_json({"doctype": doc.doctype, "name": doc.name}), "action": "Post Scrap"},
		effect,
		early=("Scrap Request", doc.name),
	)


# ---- tools -----------------------------------------------------------------------------------------------------------


def tool_loan(people: People) -> Case:
	tools = people.tools
	item = tools.tool()
	doc = tools.approved("Loan", item)
	return Case(
		"storekeeper",
		f"{DOCTYPES}tool_request.steps.hand_out",
		{"request": doc.name},
		lambda: {
			"request": count("Tool Request", name=doc.name, status="Handed Out"),
			"custody": count("Tool Custody", item_code=item),
			"balance": tools.lent(item),
		},
		early=("Tool Request", doc.name),
	)


def tool_return(people: People) -> Case:
	tools = people.tools
	item = tools.tool()
	custody = tools.lend(item)[0]
	row = {"custody": custody.name, "is_back": 1, "condition": "Good", "is_clean": 1}
	doc = tools.request("Return", row, by="storekeeper")
	return Case(
		"storekeeper",
		f"{DOCTYPES}tool_request.steps.take_back",
		{"request": doc.name},
		lambda: {
			"request": count("Tool Request", name=doc.name, status="Taken Back"),
			"custody": int(frappe.db.get_value("Tool Custody", custody.name, "status") == "Returned"),
			"balance": 1 - tools.lent(item),
		},
		early=("Tool Request", doc.name),
		late=row_of("Tool Custody", name=custody.name),
	)


# ---- low-value consumables -------------------------------------------------------------------------------------------


def chair(people: People, method: str = "Fifty-fifty", pieces: int = 1) -> list[str]:
	"""Chairs of 1,200 in the technician's hands, issued through the store, so that the books know them."""
	item = low_value_line.item(method, 12 if method == "Instalments" else 0)
	entry = low_value_line.issue(people.stores, people.as_user, item.name, pieces, rate=1200)
	articles = [row.name for row in low_value_line.articles_of(entry)]
	assert len(articles) == pieces
	return articles


def article_handover(people: People) -> Case:
	(article,) = chair(people)
	with people.as_user("technician"):
		doc = frappe.get_doc(
			{
				"doctype": "Article Transfer",
				"company": people.stores.company,
				"kind": "Handover",
				"from_employee": people.cast.employee("technician"),
				"to_employee": people.cast.employee("other_technician"),
				"items": [{"document_type": "Low Value Article", "document": article}],
			}
		).insert()
		article_transfer.give(doc.name)
	return Case(
		"other_technician",
		f"{DOCTYPES}article_transfer.article_transfer.take_over",
		{"transfer": doc.name},
		lambda: {
			"transfer": count("Article Transfer", name=doc.name, status="Handed Over"),
			"article": count(
				"Low Value Article", name=article, user_employee=people.cast.employee("other_technician")
			),
		},
		early=("Article Transfer", doc.name),
		late=row_of("Low Value Article", name=article),
	)


def article_repair_booked(people: People) -> Case:
	(article,) = chair(people)
	with people.as_user("technician"):
		doc = frappe.get_doc(
			{
				"doctype": "Article Repair",
				"company": people.stores.company,
				"article": article,
				"problem": "椅腿断裂",
			}
		).insert()
		article_repair.send(doc.name)
	with people.as_user("admin_hr"):
		article_repair.decide_cause(doc.name, "Natural", "现场查看")
	cash = frappe.db.get_value(
		"Account", {"company": people.stores.company, "account_type": "Cash", "is_group": 0}
	)
	return Case(
		"stores_accountant",
		f"{DOCTYPES}article_repair.article_repair.finish",
		{"repair": doc.name, "cost": 80, "paid_from": cash, "work_done": "焊接"},
		lambda: {
			"repair": count("Article Repair", name=doc.name, status="Repaired"),
			"posting": posted(f"Article Repair/{doc.name}"),
			"article": count("Low Value Article", name=article, status="In Use"),
		},
		early=("Article Repair", doc.name),
	)


def article_counted(people: People) -> Case:
	"""One chair is lost; the finance manager's approval ends it."""
	frappe.db.set_value("Department", people.cast.departments["engineering"], "low_value_keeper", None)
	(article,) = chair(people)
	with people.as_user("stores_accountant"):
		doc = frappe.get_doc(
			{
				"doctype": "Article Count",
				"company": people.stores.company,
				"kind": "Quarterly",
				"department": people.cast.departments["engineering"],
			}
		).insert()
	with people.as_user("technician"):
		for row in doc.lines:
			if row.document == article:
				article_count.mark_missing(doc.name, row.name, "搬家后不见")
			else:
				article_count.scan(doc.name, row.document)
	with people.as_user("stores_accountant"):
		article_count.finish(doc.name)
	with people.as_user("department_head"):
		article_count.sign(doc.name)
	return Case(
		"finance_manager",
		f"{DOCTYPES}article_count.deciding.approve",
		{"count": doc.name},
		lambda: {
			"count": count("Article Count", name=doc.name, status="Approved"),
			"article": count("Low Value Article", name=article, status="Lost"),
			"entry": count("Article Count", name=doc.name, journal_entry=("is", "set")),
		},
		early=("Article Count", doc.name),
	)


# ---- the desk --------------------------------------------------------------------------------------------------------


def follow_up(people: People) -> Case:
	"""A customer who is not satisfied: the call is recorded and the ticket opened again, both or neither."""
	line = Line(people.cast, people.as_user)
	ticket = line.completed()
	before = count("Follow Up Attempt", parenttype="Follow Up")
	return Case(
		"clerk",
		f"{DOCTYPES}follow_up.follow_up.record",
		{
			"reference_doctype": "Repair Ticket",
			"reference_name": ticket.name,
			"reached": True,
			"score": 1,
			"note": "还在漏水",
		},
		lambda: {
			"attempt": count("Follow Up Attempt", parenttype="Follow Up") - before,
			"ticket": count("Repair Ticket", name=ticket.name, status="Reopened"),
		},
		early=("Repair Ticket", ticket.name),
	)


def repair_ticket(people: People) -> Case:
	"""A report at the desk, with an id that a retry carries again."""
	key = request_id()
	values = {
		"description": "水龙头漏水",
		"property_unit": make.unit().name,
		"repair_category": make.category(people.cast.departments["engineering"]).name,
		"contact_name": "何家欢",
		"contact_phone": make.mobile_number(),
		"request_id": key,
	}
	return Case(
		"clerk",
		f"{DOCTYPES}repair_ticket.duplicates.report",
		values,
		lambda: {"ticket": count("Repair Ticket", request_id=key)},
		repeats=True,
	)


REQUESTS: dict[str, Callable[[People], Case]] = {
	"card payment": card_payment,
	"card top-up": card_top_up,
	"till receipt": till_receipt,
	"front desk closing accepted": closing_acceptance,
	"stock issue": stock_issue,
	"stock return": stock_return,
	"purchase receipt": purchase_receipt,
	"direct issue": direct_issue,
	"stock count posted": stock_count,
	"stock scrapped": stock_scrap,
	"tool lent": tool_loan,
	"tool returned": tool_return,
	"article handed over": article_handover,
	"article repair booked": article_repair_booked,
	"articles counted": article_counted,
	"follow-up of a ticket": follow_up,
	"repair ticket reported": repair_ticket,
}
