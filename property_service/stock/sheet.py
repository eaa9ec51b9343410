"""What the sheets 进仓单, 物资直拨单, 领料单 and 出仓单 print beyond their documents (hooks: jinja; WH-12, WH-17 to WH-19)."""

import frappe
from frappe.model.document import Document
from frappe.utils import flt, formatdate

from property_service import sheets
from property_service.rules import purchase_plan, stock_movement

ROWS_ON_A4 = 20


def goods_receipt_sheet(doc: Document) -> frappe._dict:
	"""Rows page by page with what was planned, inspected and accepted, and who bought, kept and inspected."""
	specifications = of_items(doc)
	planned = quantities_of("Material Request Item", [row.material_request_item for row in doc.items])
	inspected = inspections_of(doc)
	rows = [
		frappe._dict(
			name=row.item_name or row.item_code,
			specification=specifications.get(row.item_code, ""),
			uom=row.stock_uom,
			planned=planned.get(row.material_request_item),
			received=flt(row.received_stock_qty or row.received_qty * row.conversion_factor),
			sampled=inspected.get(row.name, frappe._dict()).sample_size,
			accepted=flt(row.stock_qty),
			rate=flt(row.valuation_rate or row.base_net_rate),
			amount=flt(row.base_net_amount),
			tax=flt(row.item_tax_amount),
			certificate=row.get("certificate_no") or "",
			place=place_title(row.warehouse),
		)
		for row in doc.items
	]
	people = {row.inspected_by for row in inspected.values() if row.inspected_by}
	return frappe._dict(
		title=receipt_title(doc),
		plans=", ".join(sorted({row.material_request for row in doc.items if row.material_request})),
		arrived=formatdate(doc.get("arrived_on") or doc.posting_date, "yyyy-MM-dd"),
		buyer=sheets.sheet_full_name(doc.get("buyer")),
		keeper=sheets.sheet_full_name(doc.owner),
		inspectors=", ".join(sheets.sheet_full_name(user) for user in sorted(people)),
		department=department_title(doc.get("issue_department")),
		head=sheets.sheet_full_name(doc.get("direct_signed_by")),
		head_on=formatdate(doc.direct_signed_on, "yyyy-MM-dd") if doc.get("direct_signed_on") else "",
		user=frappe.db.get_value("Employee", doc.get("issue_user"), "employee_name") or "",
		total=flt(doc.base_net_total),
		pages=sheets.sheet_pages(rows, ROWS_ON_A4),
		rows_per_page=ROWS_ON_A4,
	)


def receipt_title(doc: Document) -> str:
	if doc.is_return:
		return "Purchase Return Sheet"
	return "Direct Issue Sheet" if doc.get("direct_issue") else "Goods Receipt Sheet"


def goods_issue_sheet(doc: Document) -> frappe._dict:
	"""Rows page by page with what was asked for and handed out, and who asked, signed and handed out."""
	specifications = of_items(doc)
	asked = quantities_of("Material Request Item", [row.material_request_item for row in doc.items])
	requests = sorted({row.material_request for row in doc.items if row.material_request})
	rows = [
		frappe._dict(
			name=row.item_name or row.item_code,
			specification=specifications.get(row.item_code, ""),
			uom=row.stock_uom,
			asked=asked.get(row.material_request_item),
			quantity=flt(row.transfer_qty),
			rate=flt(row.valuation_rate),
			amount=flt(row.amount),
			place=place_title(row.s_warehouse or row.t_warehouse),
		)
		for row in doc.items
	]
	step = head_step(requests)
	head, head_on = (
		(step.actor, step.acted_on) if step else (doc.get("head_signed_by"), doc.get("head_signed_on"))
	)
	return frappe._dict(
		title=issue_title(doc),
		department=department_title(doc.get("department")),
		requests=", ".join(requests) or doc.get("return_of") or "",
		order=doc.get("emergency_ticket") or "",
		asker=sheets.sheet_full_name(frappe.db.get_value("Material Request", requests[0], "requested_by"))
		if requests
		else "",
		head=sheets.sheet_full_name(head),
		head_on=formatdate(head_on, "yyyy-MM-dd") if head_on else "",
		keeper=sheets.sheet_full_name(doc.owner),
		total=flt(doc.total_outgoing_value or doc.total_incoming_value),
		pages=sheets.sheet_pages(rows, ROWS_ON_A4),
		rows_per_page=ROWS_ON_A4,
	)


def issue_request_sheet(doc: Document) -> frappe._dict:
	"""Rows of an issue request (领料单) page by page, with what was handed out on each so far, its value, and by whom."""
	specifications = of_items(doc)
	handed_out = handed_out_on([row.name for row in doc.items])
	rows = [
		frappe._dict(
			name=row.item_name or row.item_code,
			specification=specifications.get(row.item_code, ""),
			uom=row.stock_uom,
			asked=flt(row.stock_qty),
			quantity=sum(entry.transfer_qty for entry in handed_out.get(row.name, ())),
			amount=sum(entry.amount for entry in handed_out.get(row.name, ())),
			purpose=row.get("purpose") or "",
		)
		for row in doc.items
	]
	for row in rows:
		row.rate = row.amount / row.quantity if row.quantity else 0
	step = head_step([doc.name])
	keepers = sorted({entry.owner for entries in handed_out.values() for entry in entries})
	return frappe._dict(
		title="Issue Request Sheet",
		store=place_title(doc.get("store")),
		department=department_title(doc.get("department")),
		asker=sheets.sheet_full_name(doc.get("requested_by") or doc.owner),
		head=sheets.sheet_full_name(step.actor) if step else "",
		head_on=formatdate(step.acted_on, "yyyy-MM-dd") if step else "",
		keepers=", ".join(sheets.sheet_full_name(user) for user in keepers),
		total=sum(row.amount for row in rows),
		pages=sheets.sheet_pages(rows, ROWS_ON_A4),
		rows_per_page=ROWS_ON_A4,
	)


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


def issue_title(doc: Document) -> str:
	"""What comes in by an entry is a receipt of the store, with 退回物品入库 in its remarks (procedure 4.4.2)."""
	if doc.get("stores_kind") in stock_movement.INWARD or doc.purpose == "Material Receipt":
		return "Goods Receipt Sheet"
	return "Goods Issue Sheet" if doc.purpose == "Material Issue" else "Stock Transfer Sheet"


# ---- facts -------------------------------------------------------------------------------------------------------


def of_items(doc: Document) -> dict[str, str]:
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", sorted({row.item_code for row in doc.items}))},
		fields=["name", "specification"],
		order_by="name",
	)
	return {row.name: row.specification or "" for row in rows}


def quantities_of(doctype: str, names: list[str | None]) -> dict[str, float]:
	"""In stock units."""
	rows = frappe.get_all(
		doctype,
		filters={"name": ("in", sorted({name for name in names if name}) or [""])},
		fields=["name", "stock_qty"],
		order_by="name",
	)
	return {row.name: row.stock_qty for row in rows}


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


def head_step(requests: list[str]) -> frappe._dict | None:
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
	return rows[0] if rows else None


def place_title(warehouse: str | None) -> str:
	return (
		frappe.db.get_value("Warehouse", warehouse, "warehouse_name", cache=True) or "" if warehouse else ""
	)


def department_title(department: str | None) -> str:
	return (
		frappe.db.get_value("Department", department, "department_name", cache=True) or ""
		if department
		else ""
	)
