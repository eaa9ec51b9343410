"""What comes back from an issue (退库): its value, its department, and never more than went out (WH-19).

Lock order: rows of the issue in the order of their names.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from property_service import settings
from property_service.refusals import stop
from property_service.rules import issue as rules
from property_service.rules import stock_movement
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.stock import stores

ENTRY, ROW = "Stock Entry", "Stock Entry Detail"
RETURNABLE = (stock_movement.ISSUE, stock_movement.DIRECT_ISSUE)
FROM_ISSUE = ("cost_center", "expense_account", "project")


def prepare(doc: Document) -> None:
	"""Rate, account and cost centre are the issue's, and so is the department; nobody enters them (WH-19)."""
	if doc.stores_kind != stock_movement.RETURN:
		doc.return_of = None
		for row in doc.items:
			row.issue_row = None  # whoever brings back posts to the accounts of articles (LV-02)
		return
	issue = issue_of(doc)
	if not issue:
		return
	doc.department = issue.department
	doc.flags.department_given = True
	known = {row.name: row for row in issue_rows(issue.name)}
	for row in doc.items:
		original = known.get(row.issue_row)
		if not original:
			continue
		row.basic_rate = original.valuation_rate
		row.allow_zero_valuation_rate = int(not flt(original.valuation_rate))
		row.update({fieldname: original.get(fieldname) for fieldname in FROM_ISSUE})
	note = _("Returned goods into the store", lang=frappe.db.get_default("lang") or "en")
	if note not in (doc.remarks or ""):
		doc.remarks = f"{note} {doc.remarks or ''}".strip()


def check(doc: Document) -> None:
	"""At submission: each row brings back what its row of the issue took, together never more. Locks the issue's rows."""
	if doc.stores_kind != stock_movement.RETURN:
		return
	if doc.flags.inward_checked and not doc.return_of:
		return  # the app's own code has looked at it
	issue = issue_of(doc)
	if not issue:
		stop(Refusal(rules.NO_ISSUE))
	issued = locked_rows(issue.name)
	taken: dict[str, Decimal] = {}
	for row in doc.items:
		key, quantity = row.issue_row, exact(row.transfer_qty)
		before = taken.get(key, Decimal(0))
		stop(rules.refuse_return(row.idx, row.item_code, issued.get(key), issue.name, before, quantity))
		taken[key] = before + quantity
	doc.flags.inward_checked = True


def keep_issue(doc: Document) -> None:
	"""An issue with returns is cancelled after them: their value is the issue's. Raises frappe.ValidationError."""
	if doc.stores_kind not in RETURNABLE:
		return
	later = frappe.db.get_value(
		ENTRY, {"return_of": doc.name, "docstatus": 1}, for_update=True, order_by=None
	)
	if later:
		stop(Refusal(rules.HAS_RETURN, (doc.name, later)))


def issue_of(doc: Document) -> frappe._dict | None:
	return frappe.db.get_value(
		ENTRY,
		{
			"name": doc.return_of or "",
			"docstatus": 1,
			"company": doc.company,
			"stores_kind": ("in", RETURNABLE),
		},
		["name", "department"],
		as_dict=True,
	)


def issue_rows(issue: str) -> list[frappe._dict]:
	return frappe.get_all(
		ROW,
		filters={"parenttype": ENTRY, "parent": issue},
		fields=["name", "item_code", "valuation_rate", *FROM_ISSUE],
		order_by="idx",
	)


def locked_rows(issue: str) -> dict[str, rules.Issued]:
	"""Rows of an issue with what has come back of them so far; two locking reads."""
	row, entry = frappe.qb.DocType(ROW), frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(row)
		.select(row.name, row.item_code, row.transfer_qty)
		.where((row.parenttype == ENTRY) & (row.parent == issue))
		.orderby(row.name)
		.for_update()
		.run()
	)
	back: dict[str, Decimal] = {}
	returned = (
		frappe.qb.from_(row)
		.join(entry)
		.on(entry.name == row.parent)
		.select(row.issue_row, row.transfer_qty)
		.where((entry.return_of == issue) & (entry.docstatus == 1))
		.for_update()
		.run()
	)
	for name, quantity in returned:
		back[name] = back.get(name, Decimal(0)) + exact(quantity)
	return {
		name: rules.Issued(issue, item, exact(quantity), back.get(name, Decimal(0)))
		for name, item, quantity in rows
	}


@frappe.whitelist(methods=["GET", "POST"])
def make_return(source_name: str, target_doc: str | dict | None = None) -> Document:
	"""A return of what is still out by an issue, for the storekeeper to correct and save; nothing is written yet.

	Goods go back to the zone they left, which is Qualified; what is not good is moved to the Nonconforming Zone in the
	draft. Raises frappe.PermissionError, frappe.ValidationError for an entry that is no issue.
	"""
	frappe.has_permission(ENTRY, "create", throw=True)
	issue = frappe.get_doc(ENTRY, source_name)
	issue.check_permission("read")
	if issue.docstatus != 1 or issue.stores_kind not in RETURNABLE:
		stop(Refusal(rules.NO_ISSUE))
	known = locked_rows(issue.name)
	doc = frappe.new_doc(ENTRY)
	doc.update(
		{
			"stock_entry_type": settings.get().return_entry_type,
			"purpose": "Material Receipt",
			"company": issue.company,
			"return_of": issue.name,
		}
	)
	for row in issue.items:
		out = known[row.name].out
		if out <= 0:
			continue
		doc.append(
			"items",
			{
				"item_code": row.item_code,
				"item_name": row.item_name,
				"uom": row.stock_uom,
				"stock_uom": row.stock_uom,
				"conversion_factor": 1,
				"qty": flt(out),
				"transfer_qty": flt(out),
				"t_warehouse": back_to(row.s_warehouse),
				"issue_row": row.name,
			},
		)
	return doc


def back_to(warehouse: str) -> str:
	"""What left through the Direct Issue Zone was never in the store: it goes to the Qualified Zone."""
	place = stores.place_of(warehouse)
	if place and place.zone == "Direct Issue":
		return stores.zone_warehouse(place.store, "Qualified")
	return warehouse
