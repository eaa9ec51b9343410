"""What the sheets 物品进仓单, 物资直拨单, 领料单 and 出仓单 print (hooks: jinja; WH-12, WH-17 to WH-19).

They are one paper, `templates/print_formats/goods_sheet.html`, with other columns and other people.
"""

from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, formatdate

from property_service import sheets
from property_service.rules import purchase_plan, stock_movement

ROWS_ON_A4 = 20


class Column(NamedTuple):
	"""`width` in per cent; `kind`: number, text, unit, quantity or money."""

	label: str
	width: int
	key: str
	kind: str = "quantity"


def first_columns(name: int, specification: int) -> list[Column]:
	return [
		Column(_("Row No."), 5, "number", "number"),
		Column(_("Name", context="Material Request"), name, "name", "text"),
		Column(_("Specification"), specification, "specification", "text"),
		Column(_("Unit"), 5, "uom", "unit"),
	]


# ---- the sheets --------------------------------------------------------------------------------------------------


def goods_receipt_sheet(doc: Document) -> frappe._dict:
	"""What was planned, received, inspected and accepted, and who bought, kept and inspected; of a direct issue also who
	took it over and signed.
	"""
	specifications = of_items(doc)
	planned = planned_quantities([row.material_request_item for row in doc.items])
	inspected = inspections_of(doc)
	rows = [
		frappe._dict(
			name=row.item_name or row.item_code,
			specification=specifications.get(row.item_code),
			uom=row.stock_uom,
			planned=planned.get(row.material_request_item),
			received=flt(row.received_stock_qty or row.received_qty * row.conversion_factor),
			sampled=inspected.get(row.name, frappe._dict()).sample_size,
			accepted=flt(row.stock_qty),
			rate=flt(row.valuation_rate or row.base_net_rate),
			amount=flt(row.base_net_amount),
			tax=flt(row.item_tax_amount),
			certificate=row.get("certificate_no"),
			place=place_title(row.warehouse),
		)
		for row in doc.items
	]
	columns = [
		*first_columns(16, 12),
		Column(_("Planned Quantity", context="Goods Sheet"), 7, "planned"),
		Column(_("Received Quantity", context="Goods Sheet"), 7, "received"),
		Column(_("Sampled", context="Goods Sheet"), 6, "sampled"),
		Column(_("Accepted Quantity", context="Goods Sheet"), 7, "accepted"),
		*amounts(7, 7),
		Column(_("Tax", context="Goods Sheet"), 6, "tax", "money"),
		Column(_("Certificate No.", context="Goods Sheet"), 8, "certificate", "text"),
		Column(_("Place", context="Goods Sheet"), 7, "place", "text"),
	]
	inspectors = sorted({row.inspected_by for row in inspected.values() if row.inspected_by})
	plans = sorted({row.material_request for row in doc.items if row.material_request})
	right = [
		(_("Arrived On", context="Goods Sheet"), day(doc.get("arrived_on") or doc.posting_date)),
		(_("Date"), day(doc.posting_date)),
	]
	signs = [
		(_("Bought By", context="Goods Sheet"), sheets.sheet_full_name(doc.get("buyer"))),
		(_("Storekeeper"), sheets.sheet_full_name(doc.owner)),
		(_("Inspected By", context="Goods Sheet"), names(inspectors)),
		(_("Accountant", context="Goods Sheet"), ""),
	]
	if doc.get("direct_issue"):
		right.append((_("Taken Over by Department"), department_title(doc.issue_department)))
		user = frappe.db.get_value("Employee", doc.issue_user, "employee_name")
		signs[3:] = [
			(_("Department Head"), signature(doc.direct_signed_by, doc.direct_signed_on)),
			(_("User of the Goods"), user),
		]
	return paper(
		title=receipt_title(doc),
		left=[
			(_("No."), doc.name),
			(_("Supplier"), doc.supplier_name or doc.supplier),
			(_("Purchase Plan", context="Goods Sheet"), ", ".join(plans)),
		],
		right=right,
		columns=columns,
		rows=rows,
		signs=signs,
		remarks=doc.remarks,
	)


def goods_issue_sheet(doc: Document) -> frappe._dict:
	"""A stock entry: what was asked for and handed out, and who asked, signed and handed out."""
	specifications = of_items(doc)
	asked = planned_quantities([row.material_request_item for row in doc.items])
	requests = sorted({row.material_request for row in doc.items if row.material_request})
	rows = [
		frappe._dict(
			name=row.item_name or row.item_code,
			specification=specifications.get(row.item_code),
			uom=row.stock_uom,
			asked=asked.get(row.material_request_item),
			quantity=flt(row.transfer_qty),
			rate=flt(row.valuation_rate),
			amount=flt(row.amount),
			place=place_title(row.s_warehouse or row.t_warehouse),
		)
		for row in doc.items
	]
	right = [(_("Date"), day(doc.posting_date))]
	if doc.get("emergency_ticket"):
		right.append((_("Repair Ticket"), doc.emergency_ticket))
	keeper = sheets.sheet_full_name(doc.owner)
	if comes_in(doc):
		columns = [
			*first_columns(24, 18),
			Column(_("Received Quantity", context="Goods Sheet"), 14, "quantity"),
			*amounts(9, 13),
		]
		source = (_("Returned from Issue"), doc.get("return_of"))
		signs = [(_("Storekeeper"), keeper), (_("Accountant", context="Goods Sheet"), "")]
	else:
		asker = frappe.db.get_value("Material Request", requests[0], "requested_by") if requests else None
		head = head_step(requests) or (doc.get("head_signed_by"), doc.get("head_signed_on"))
		columns = issue_columns()
		source = (_("Request", context="Goods Sheet"), ", ".join(requests))
		signs = people(asker or "", head, keeper)
	return paper(
		title=issue_title(doc),
		left=[
			(_("No."), doc.name),
			(_("Department"), department_title(doc.get("department"))),
			source,
		],
		right=right,
		columns=[*columns, Column(_("Place", context="Goods Sheet"), 10, "place", "text")],
		rows=rows,
		signs=signs,
		remarks=doc.remarks,
	)


def issue_request_sheet(doc: Document) -> frappe._dict:
	"""A request (领料单): what was asked for, what was handed out on it so far, and by whom."""
	specifications = of_items(doc)
	handed_out = handed_out_on([row.name for row in doc.items])
	rows = []
	for row in doc.items:
		entries = handed_out.get(row.name, ())
		quantity, amount = (sum(entry[key] for entry in entries) for key in ("transfer_qty", "amount"))
		rows.append(
			frappe._dict(
				name=row.item_name or row.item_code,
				specification=specifications.get(row.item_code),
				uom=row.stock_uom,
				asked=flt(row.stock_qty),
				quantity=quantity,
				rate=amount / quantity if quantity else 0,
				amount=amount,
				purpose=row.get("purpose"),
			)
		)
	keepers = sorted({entry.owner for entries in handed_out.values() for entry in entries})
	return paper(
		title=_("Issue Request Sheet"),
		left=[
			(_("No."), doc.name),
			(_("Department"), department_title(doc.get("department"))),
			(_("Store"), place_title(doc.get("store"))),
		],
		right=[(_("Date"), day(doc.transaction_date))],
		columns=[
			*issue_columns(),
			Column(_("Purpose", context="Material Request Item"), 10, "purpose", "text"),
		],
		rows=rows,
		signs=people(doc.get("requested_by") or doc.owner, head_step([doc.name]), names(keepers)),
	)


def paper(rows: list[frappe._dict], **values: object) -> frappe._dict:
	return frappe._dict(
		total=sum(row.amount for row in rows),
		pages=sheets.sheet_pages(rows, ROWS_ON_A4),
		rows_per_page=ROWS_ON_A4,
		**values,
	)


def receipt_title(doc: Document) -> str:
	if doc.is_return:
		return _("Purchase Return Sheet")
	return _("Direct Issue Sheet") if doc.get("direct_issue") else _("Goods Receipt Sheet")


def issue_title(doc: Document) -> str:
	"""What comes in by an entry is a receipt of the store, with 退回物品入库 in its remarks (procedure 4.4.2)."""
	if comes_in(doc):
		return _("Goods Receipt Sheet")
	return _("Goods Issue Sheet") if doc.purpose == "Material Issue" else _("Stock Transfer Sheet")


def comes_in(doc: Document) -> bool:
	return doc.get("stores_kind") in stock_movement.INWARD or doc.purpose == "Material Receipt"


def issue_columns() -> list[Column]:
	return [
		*first_columns(24, 18),
		Column(_("Asked For", context="Goods Sheet"), 9, "asked"),
		Column(_("Handed Out", context="Goods Sheet"), 9, "quantity"),
		*amounts(9, 11),
	]


def amounts(price: int, amount: int) -> list[Column]:
	return [
		Column(_("Unit Price", context="Goods Sheet"), price, "rate", "money"),
		Column(_("Amount", context="Material Request"), amount, "amount", "money"),
	]


def people(asker: str, head: tuple | None, keepers: str) -> list[tuple[str, str]]:
	return [
		(_("Department Head"), signature(*head) if head else ""),
		(_("Asked By", context="Goods Sheet"), sheets.sheet_full_name(asker)),
		(_("Handed Out By", context="Goods Sheet"), keepers),
		(_("Accountant", context="Goods Sheet"), ""),
	]


# ---- facts -------------------------------------------------------------------------------------------------------


def of_items(doc: Document) -> dict[str, str]:
	codes = sorted({row.item_code for row in doc.items})
	return values_of("Item", codes, "specification")


def planned_quantities(request_rows: list[str | None]) -> dict[str, float]:
	"""What rows of requests ask for, in stock units."""
	return values_of("Material Request Item", sorted({name for name in request_rows if name}), "stock_qty")


def values_of(doctype: str, names: list[str], fieldname: str) -> dict[str, object]:
	rows = frappe.get_all(
		doctype,
		filters={"name": ("in", names or [""])},
		fields=["name", fieldname],
		order_by="name",
	)
	return {row.name: row[fieldname] for row in rows}


def handed_out_on(request_rows: list[str]) -> dict[str, list[frappe._dict]]:
	"""{row of a request: what submitted entries handed out on it, in stock units and company currency}"""
	line, entry = frappe.qb.DocType("Stock Entry Detail"), frappe.qb.DocType("Stock Entry")
	rows = (
		frappe.qb.from_(line)
		.join(entry)
		.on(entry.name == line.parent)
		.select(line.material_request_item, line.transfer_qty, line.amount, entry.owner)
		.where(line.material_request_item.isin(request_rows or [""]) & (entry.docstatus == 1))
		.where(entry.stores_kind == stock_movement.ISSUE)
		.orderby(entry.name)
		.run(as_dict=True)
	)
	found: dict[str, list[frappe._dict]] = {}
	for row in rows:
		found.setdefault(row.material_request_item, []).append(row)
	return found


def inspections_of(doc: Document) -> dict[str, frappe._dict]:
	"""{row of the receipt: its inspection}"""
	of_row = {row.quality_inspection: row.name for row in doc.items if row.get("quality_inspection")}
	rows = frappe.get_all(
		"Quality Inspection",
		filters={"name": ("in", sorted(of_row) or [""])},
		fields=["name", "sample_size", "inspected_by"],
		order_by="name",
	)
	return {of_row[row.name]: row for row in rows}


def head_step(requests: list[str]) -> tuple | None:
	"""Who approved the request, and when."""
	rows = frappe.get_all(
		"Approval Step",
		filters={
			"parenttype": "Material Request",
			"parent": ("in", requests or [""]),
			"to_state": purchase_plan.APPROVED,
		},
		fields=["actor", "acted_on"],
		order_by="acted_on desc",
		limit=1,
	)
	return (rows[0].actor, rows[0].acted_on) if rows else None


def names(users: Iterable[str]) -> str:
	return ", ".join(sheets.sheet_full_name(user) for user in users)


def signature(user: str | None, moment: object) -> str:
	return f"{sheets.sheet_full_name(user)} {day(moment)}".strip()


def day(moment: object) -> str:
	return formatdate(moment, "yyyy-MM-dd") if moment else ""


def place_title(warehouse: str | None) -> str:
	return (warehouse and frappe.db.get_value("Warehouse", warehouse, "warehouse_name", cache=True)) or ""


def department_title(department: str | None) -> str:
	return (department and frappe.db.get_value("Department", department, "department_name", cache=True)) or ""
