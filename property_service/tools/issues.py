"""Tools on issue requests and stock entries: a tool that leaves the store to be kept goes into somebody's custody (WH-17, WH-22).

A row of an issue request names the holder; one row is one piece. Lock order: rows of the request → holders → bins.
"""

import frappe
from frappe.model.document import Document

from property_service.refusals import stop
from property_service.rules import purchase_plan, stock_movement
from property_service.rules import tools as rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.stock import item_facts, stores
from property_service.tools import custody, lending

HANDING_OUT = (stock_movement.ISSUE, stock_movement.DIRECT_ISSUE)


# ---- issue requests (领料单) -----------------------------------------------------------------------------------------


def prepare_request(doc: Document) -> None:
	"""Who asks for a tool gets it, unless the row names somebody else."""
	facts = item_facts.of_document(doc)
	is_request = doc.get("approval_route") == purchase_plan.ISSUE_REQUEST
	asking = None
	for row in doc.items:
		if not (is_request and facts.get(row.item_code, item_facts.NONE).is_tool):
			row.tool_holder = None
		elif not row.tool_holder:
			asking = asking or frappe.db.get_value(
				"Employee", {"user_id": doc.requested_by or frappe.session.user, "status": "Active"}
			)
			row.tool_holder = asking


def check_request(doc: Document) -> None:
	"""Before somebody signs: each tool has one holder, of the department that asks, who does not have it already."""
	if doc.get("approval_route") != purchase_plan.ISSUE_REQUEST:
		return
	facts = item_facts.of_document(doc)
	seen = set()
	departments = None
	for row in doc.items:
		if not facts.get(row.item_code, item_facts.NONE).is_tool:
			continue
		departments = departments or departments_below(doc.department)
		stop(rules.refuse_pieces(row.idx, row.item_name, exact(row.stock_qty)))
		person = custody.person(row.tool_holder)
		if not person:
			stop(Refusal(rules.NO_HOLDER, (row.idx, row.item_name)))
		stop(
			rules.refuse_holder(
				rules.Holder(row.tool_holder, person.name, person.is_active, person.department)
			)
		)
		if person.department not in departments:
			stop(Refusal(rules.OTHER_DEPARTMENT, (row.idx, person.name)))
		if (row.tool_holder, row.item_code) in seen:
			stop(Refusal(rules.TWICE, (row.idx, row.item_name, person.name)))
		seen.add((row.tool_holder, row.item_code))
		stop(rules.refuse_double(person.name, row.item_name, custody.held(row.tool_holder, row.item_code)))


def departments_below(department: str | None) -> set[str | None]:
	"""The department with those below it: its head signs for them all."""
	if not department:
		return {None}
	bounds = frappe.db.get_value("Department", department, ["lft", "rgt"])
	return set(
		frappe.get_all(
			"Department",
			filters={"lft": (">=", bounds[0]), "rgt": ("<=", bounds[1])},
			pluck="name",
			order_by="lft",
		)
	)


# ---- stock entries -------------------------------------------------------------------------------------------------


def prepare(entry: Document) -> None:
	"""The holder is the one that the request names; somebody enters it only where there is no request (an emergency)."""
	handed_out = tools_among(entry) if entry.stores_kind in HANDING_OUT else []
	asked = holders_asked_for(handed_out)
	holders = [asked.get(row.material_request_item, row.tool_holder) for row in handed_out]
	for row in entry.items:
		row.tool_holder = None
	for row, holder in zip(handed_out, holders, strict=True):
		row.tool_holder = holder


def tools_among(doc: Document) -> list[Document]:
	"""The rows of tools; most documents have none, and then nothing is asked or locked for them."""
	facts = item_facts.of_document(doc)
	return [row for row in doc.items if facts.get(row.item_code, item_facts.NONE).is_tool]


def holders_asked_for(rows: list[Document]) -> dict[str, str]:
	names = sorted({row.material_request_item for row in rows} - {None, ""})
	if not names:
		return {}
	rows = frappe.get_all(
		"Material Request Item",
		filters={"name": ("in", names)},
		fields=["name", "tool_holder"],
		order_by="name",
	)
	return {row.name: row.tool_holder for row in rows}


def tool_rows(entry: Document) -> list:
	"""Rows by which tools leave a store to be kept."""
	if entry.stores_kind not in HANDING_OUT:
		return []
	return [row for row in tools_among(entry) if stores.place_of(row.s_warehouse)]


def check(entry: Document) -> None:
	"""At submission. Locks the holders, then the bins of tools; raises frappe.ValidationError (WH-21 to WH-23)."""
	rows = tool_rows(entry)
	for row in rows:
		stop(rules.refuse_pieces(row.idx, row.item_name, exact(row.transfer_qty)))
		if not row.tool_holder:
			stop(Refusal(rules.NO_HOLDER, (row.idx, row.item_name)))
	holders = custody.lock_holders(row.tool_holder for row in rows) if rows else {}
	for row in rows:
		if row.tool_holder not in holders:
			stop(Refusal(rules.NO_HOLDER, (row.idx, row.item_name)))
		stop(rules.refuse_holder(holders[row.tool_holder]))
	entry.flags.tool_holders = holders
	lending.keep_lent(
		[
			(row.item_code, row.s_warehouse, exact(row.transfer_qty))
			for row in tools_among(entry)
			if row.s_warehouse
		]
	)
	keep_open_custodies(entry)


def keep_open_custodies(entry: Document) -> None:
	"""A tool in somebody's custody comes back on the tool card, not past it (WH-23)."""
	if entry.stores_kind != stock_movement.RETURN or entry.flags.tools_taken_back:
		return
	names = sorted({row.issue_row for row in entry.items} - {None, ""})
	rows = frappe.get_all(
		custody.DOCTYPE,
		filters={"stock_entry_row": ("in", names or [""]), "status": rules.IN_USE},
		fields=["stock_entry_row", "item_name", "holder_name"],
		order_by="name",
	)
	held = {row.stock_entry_row: row for row in rows}
	for row in entry.items:
		if found := held.get(row.issue_row):
			stop(Refusal(rules.ONLY_BY_REQUEST, (row.idx, found.item_name, found.holder_name)))


def hand_out(entry: Document) -> None:
	"""On submission: one custody per piece."""
	handed: dict[str, list[str]] = {}
	for row in tool_rows(entry):
		name = custody.begin(
			entry.flags.tool_holders[row.tool_holder],
			row.item_code,
			company=entry.company,
			custody_kind=rules.TO_KEEP,
			warehouse=row.s_warehouse,
			stock_entry=entry.name,
			stock_entry_row=row.name,
			tool_request=entry.flags.tool_request,
		)
		handed.setdefault(row.tool_holder, []).append(name)
	if not entry.flags.tool_request:  # which asks for itself
		for holder, names in handed.items():
			custody.ask_to_sign(holder, names)


def take_back(entry: Document) -> None:
	"""Before an issue is cancelled: its custodies end, as long as nothing else happened to them. Locks the holders."""
	rows = frappe.get_all(
		custody.DOCTYPE,
		filters={"stock_entry": entry.name, "status": ("!=", rules.CANCELLED)},
		fields=["name", "item_name", "status", "holder"],
		order_by="name",
	)
	if not rows:
		return
	custody.lock_holders(row.holder for row in rows)
	for row in rows:
		if row.status != rules.IN_USE:
			stop(Refusal(rules.THINGS_HAPPENED, (row.item_name, row.status)), context=custody.DOCTYPE)
		custody.settle(row.name, rules.CANCELLED, entry)


def keep_lent_at_return(receipt: Document) -> None:
	"""A purchase return leaves something for what is lent out, too."""
	lending.keep_lent(
		[
			(row.item_code, row.warehouse, -exact(row.stock_qty))
			for row in tools_among(receipt)
			if row.warehouse and row.stock_qty < 0
		]
	)
