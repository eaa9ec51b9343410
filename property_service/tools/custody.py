"""Who has which tool: begins and ends custodies, each once, under the lock of the holder (WH-21, WH-22).

Lock order: holder → Bin → Tool Loan Balance → custody. The holder's row is what two documents that hand the same tool to the
same person wait for; the unique key is what the database refuses should anything come past it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime, getdate, now_datetime, nowdate

from property_service import notifications
from property_service.refusals import stop
from property_service.rules import tools as rules
from property_service.rules.refusal import Refusal
from property_service.tools import lending

DOCTYPE = "Tool Custody"
OPEN_FIELDS = (
	*("name", "company", "custody_kind", "item_code", "item_name", "specification", "tool_no", "holder"),
	*(
		"holder_name",
		"department",
		"warehouse",
		"issued_on",
		"due_on",
		"stock_entry",
		"stock_entry_row",
		"status",
	),
)


class Person(NamedTuple):
	name: str
	department: str | None
	company: str
	user: str | None
	is_active: bool


def person(employee: str | None) -> Person | None:
	fields = ["employee_name", "department", "company", "user_id", "status"]
	found = frappe.db.get_value("Employee", employee or "", fields, as_dict=True)
	if not found:
		return None
	return Person(
		found.employee_name, found.department, found.company, found.user_id, found.status == "Active"
	)


# ---- locks ---------------------------------------------------------------------------------------------------------


def lock_holder(employee: str) -> rules.Holder:
	return lock_holders([employee])[employee]


def lock_holders(employees: Iterable[str]) -> dict[str, rules.Holder]:
	"""Employee -> holder as the database has them now, locked in the order of their names."""
	table = frappe.qb.DocType("Employee")
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.employee_name, table.status, table.department)
		.where(table.name.isin(sorted(set(employees)) or [""]))
		.orderby(table.name)
		.for_update()
		.run()
	)
	return {
		name: rules.Holder(name, title, status == "Active", department)
		for name, title, status, department in rows
	}


def locked(name: str) -> Document:
	"""A custody, its holder locked first."""
	if holder := frappe.db.get_value(DOCTYPE, name, "holder"):
		lock_holder(holder)
	return frappe.get_doc(DOCTYPE, name, for_update=True)


# ---- beginning and ending ------------------------------------------------------------------------------------------


def begin(holder: rules.Holder, item: str, **values: object) -> str:
	"""A new line on the holder's tool card; returns its name. The caller has locked the holder.

	`values`: company, custody_kind, and which document hands the tool out. Raises frappe.ValidationError while the same tool
	is open in that name (WH-22).
	"""
	stop(rules.refuse_double(holder.name, title_of(item), held(holder.employee, item)))
	facts = frappe.get_cached_value("Item", item, ["item_name", "specification"], as_dict=True)
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"status": rules.IN_USE,
			"item_code": item,
			"item_name": facts.item_name,
			"specification": facts.specification,
			"holder": holder.employee,
			"holder_name": holder.name,
			"department": holder.department,
			"issued_on": now_datetime(),
			"issued_by": frappe.session.user,
			"open_key": rules.open_key(holder.employee, item),
			**values,
		}
	)
	doc.flags.server_write = True
	frappe.db.savepoint("tool_custody")
	try:
		doc.insert(ignore_permissions=True)  # the document that hands the tool out was checked
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point="tool_custody")
		frappe.clear_last_message()
		there = frappe.db.get_value(
			DOCTYPE, {"open_key": doc.open_key}, ["name", "issued_on"], as_dict=True, for_update=True
		)
		since = rules.Open(item, getdate(there.issued_on), there.name)
		stop(rules.refuse_double(holder.name, title_of(item), since))
	return doc.name


def held(employee: str, item: str) -> rules.Open | None:
	row = frappe.db.get_value(
		DOCTYPE, {"open_key": rules.open_key(employee, item)}, ["name", "issued_on"], as_dict=True
	)
	return rules.Open(item, getdate(row.issued_on), row.name) if row else None


def settle(custody: str, how: str, document: Document | None, **values: object) -> Document:
	"""End a custody as `how` (a state of `rules.ENDS`) by `document`, and return it; in the caller's transaction.

	The caller has checked that the acting user may. A loan that ends is in the store's books without anybody having it: what
	becomes of the piece (back on the shelf, Nonconforming, out of stock) is the caller's posting, after this call.
	Raises frappe.ValidationError when the custody is not open any more.
	"""
	doc = locked(custody)
	stop(rules.refuse_end(title_of(doc.item_code), doc.holder_name, doc.status, how), context=DOCTYPE)
	if doc.custody_kind == rules.ON_LOAN:
		lending.give_back(doc.item_code, doc.warehouse)
	doc.update(
		{
			"status": how,
			"open_key": None,
			"returned_on": now_datetime(),
			"received_by": frappe.session.user,
			"settled_by_doctype": document.doctype if document else None,
			"settled_by": document.name if document else None,
			**values,
		}
	)
	doc.flags.server_write = True
	doc.save(ignore_permissions=True)  # follows from the document that settles it
	return doc


def reopen(document: Document) -> list[str]:
	"""What `document` settled is in use again: it was taken back. Returns the custodies; in the caller's transaction.

	Whatever the document posted for them is taken back before. Raises frappe.ValidationError when a holder has got the same
	tool meanwhile, or when what was lent does not lie in the books any more.
	"""
	names = frappe.get_all(
		DOCTYPE,
		filters={"settled_by_doctype": document.doctype, "settled_by": document.name},
		pluck="name",
		order_by="holder, name",
	)
	for name in names:
		doc = locked(name)
		stop(rules.refuse_double(doc.holder_name, title_of(doc.item_code), held(doc.holder, doc.item_code)))
		if doc.custody_kind == rules.ON_LOAN:
			lending.lend(doc.item_code, doc.warehouse)
		doc.update(
			{
				"status": rules.IN_USE,
				"open_key": rules.open_key(doc.holder, doc.item_code),
				"returned_on": None,
				"received_by": None,
				"settled_by_doctype": None,
				"settled_by": None,
			}
		)
		doc.flags.server_write = True
		doc.save(ignore_permissions=True)  # follows from the document that is taken back
	return names


def ask_to_sign(employee: str, custodies: Sequence[str]) -> None:
	"""The holder signs for what was handed out (WH-21); somebody without a login signs on paper."""
	user = frappe.db.get_value("Employee", employee, "user_id")
	for name in custodies if user else ():
		notifications.tell(
			[user],
			"You got the tool {0}: sign for it",
			(frappe.db.get_value(DOCTYPE, name, "item_name"),),
			doctype=DOCTYPE,
			name=name,
			mail=False,
		)


# ---- what is open --------------------------------------------------------------------------------------------------


def open_of(employee: str, lock: bool = False) -> list[frappe._dict]:
	"""What stands open on somebody's tool card, the oldest first. `lock`: as committed now, not as the snapshot has it."""
	table = frappe.qb.DocType(DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(*(table[fieldname] for fieldname in OPEN_FIELDS))
		.where((table.holder == employee) & (table.status == rules.IN_USE))
		.orderby(table.issued_on)
		.orderby(table.name)
	)
	return (query.for_update() if lock else query).run(as_dict=True)


def title_of(item: str) -> str:
	return frappe.get_cached_value("Item", item, "item_name") or item


# ---- rows of a request ---------------------------------------------------------------------------------------------


def fill_rows(request: Document) -> None:
	"""What comes back is what the custody says; names are the item's."""
	known = of_rows(request)
	for row in request.tools:
		if request.kind == rules.LOAN:
			row.update({"custody": None, "custody_kind": None})
		elif found := known.get(row.custody):
			row.update({"item_code": found.item_code, "custody_kind": found.custody_kind})
			row.tool_no = found.tool_no or row.tool_no
		row.new_item = (row.new_item or row.item_code) if request.kind == rules.EXCHANGE else None
		if request.kind != rules.RETURN:
			row.update({"is_back": 0, "condition": None, "is_clean": 0})
		if row.item_code:
			facts = frappe.get_cached_value(
				"Item", row.item_code, ["item_name", "specification"], as_dict=True
			)
			row.update(facts or {})


def of_rows(request: Document) -> dict[str, frappe._dict]:
	names = sorted({row.custody for row in request.tools if row.custody})
	rows = frappe.get_all(
		DOCTYPE, filters={"name": ("in", names or [""])}, fields=list(OPEN_FIELDS), order_by="name"
	)
	return {row.name: row for row in rows}


def rule_rows(request: Document) -> list[rules.Row]:
	known, tools = of_rows(request), tools_among(request)
	rows = []
	for row in request.tools:
		found = known.get(row.custody) or frappe._dict()
		rows.append(
			rules.Row(
				idx=row.idx,
				item=row.item_name or row.item_code or "?",
				is_tool={row.item_code, row.new_item or row.item_code} <= tools,
				custody=row.custody,
				holder=found.holder_name if found.holder == request.holder else None,
				custody_kind=found.custody_kind,
				is_open=found.status == rules.IN_USE and found.company == request.company,
				is_back=bool(cint(row.is_back)),
				condition=row.condition,
				is_clean=bool(cint(row.is_clean)),
			)
		)
	return rows


def tools_among(request: Document) -> set[str]:
	items = {row.item_code for row in request.tools} | {row.new_item for row in request.tools}
	return set(
		frappe.get_all(
			"Item",
			filters={"name": ("in", sorted(items - {None, ""}) or [""]), "is_tool": 1, "is_stock_item": 1},
			pluck="name",
			order_by="name",
		)
	)


def refuse_content(request: Document, due: bool = True) -> Refusal | None:
	"""`due`: whether the date until which tools are borrowed must still lie ahead; not once the head has signed."""
	today = getdate(nowdate())
	due_on = getdate(request.due_on) if request.due_on else None
	return rules.refuse_content(
		request.kind,
		request.holder_name or request.holder,
		rule_rows(request),
		request.purpose,
		due_on,
		today if due or not due_on else min(today, due_on),
	)


def days_out(row: frappe._dict) -> int:
	return (now_datetime() - get_datetime(row.issued_on)).days
