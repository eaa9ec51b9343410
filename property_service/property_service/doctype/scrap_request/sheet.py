"""What the sheet 物品报废单 prints (hooks: jinja; WH-25): the paper of goods with columns of its own."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, fmt_money

from property_service.rules import scrap as rules
from property_service.sheets import sheet_full_name
from property_service.stock import sheet

ROW = "Scrap Request Item"


def scrap_sheet(doc: Document) -> frappe._dict:
	"""What is scrapped, why, what the verification found and what comes of it; who signed, and when."""
	people = employee_names(row.responsible for row in doc.items)
	rows = [
		frappe._dict(
			name=row.item_name or row.item_code,
			code=row.batch_no or row.item_code,
			specification=row.specification,
			quantity=flt(row.qty),
			rate=flt(row.rate),
			amount=flt(row.amount),
			net=flt(row.net_value),
			since=sheet.day(row.stored_since),
			years=flt(row.years_in_use),
			reason=join(_(row.reason, context=ROW), row.reason_detail),
			finding=doc.finding,
			cause=cause_of(row, people),
			residual=residual_of(row),
		)
		for row in doc.items
	]
	# what is recorded within a state (the cause, a decision) is no signature
	steps = {row.to_state: row for row in doc.approval_steps if row.from_state != row.to_state}
	return sheet.paper(
		title=_("Scrap Request Sheet"),
		left=[
			(_("No."), doc.name),
			(_("Department"), sheet.department_title(doc.department)),
			(_("Store"), sheet.place_title(doc.store)),
		],
		right=[(_("Date"), sheet.day(doc.creation)), (_("Status"), _(doc.status, context=doc.doctype))],
		columns=columns(),
		rows=rows,
		signs=[
			(_("Requested By"), sheet_full_name(doc.requested_by)),
			*(
				(_(role), signed(steps.get(state)))
				for role, state in (
					(rules.DEPARTMENT_HEAD, rules.PENDING_FINANCE),
					(rules.FINANCE_MANAGER, rules.PENDING_GM),
					(rules.GENERAL_MANAGER, rules.APPROVED),
				)
			),
			(_("Accountant", context="Goods Sheet"), signed(steps.get(rules.POSTED))),
		],
		remarks=doc.remarks,
	)


def columns() -> list[sheet.Column]:
	text = "text"
	return [
		sheet.Column(_("Row No."), 4, "number", "number"),
		sheet.Column(_("Name", context="Material Request"), 11, "name", text),
		sheet.Column(_("Number", context=ROW), 9, "code", text),
		sheet.Column(_("Specification"), 8, "specification", text),
		sheet.Column(_("Quantity"), 5, "quantity"),
		sheet.Column(_("Unit Price", context="Goods Sheet"), 6, "rate", "money"),
		sheet.Column(_("Original Value", context=ROW), 7, "amount", "money"),
		sheet.Column(_("Net Value"), 7, "net", "money"),
		sheet.Column(_("In Store or Use Since", context=ROW), 8, "since", text),
		sheet.Column(_("Years in Use"), 5, "years"),
		sheet.Column(_("Reason", context=ROW), 8, "reason", text),
		sheet.Column(_("Technical Finding", context=ROW), 8, "finding", text),
		sheet.Column(_("Cause, Person, Compensation", context=ROW), 7, "cause", text),
		sheet.Column(_("Residual and Its Use", context=ROW), 7, "residual", text),
	]


def signed(step: Document | None) -> str:
	return sheet.signature(step.actor, step.acted_on) if step else ""


def join(*parts: str | None) -> str:
	return " ".join(part for part in parts if part)


def cause_of(row: Document, people: dict[str, str]) -> str:
	paid = fmt_money(row.compensation, 2) if flt(row.compensation) else None
	return join(row.cause and _(row.cause, context=ROW), people.get(row.responsible), paid)


def residual_of(row: Document) -> str:
	if not row.residual_method:
		return ""
	return join(_(row.residual_method, context=ROW), fmt_money(row.residual_value, 2))


def employee_names(employees) -> dict[str, str]:
	rows = frappe.get_all(
		"Employee",
		filters={"name": ("in", sorted({name for name in employees if name}) or [""])},
		fields=["name", "employee_name"],
		order_by="name",
	)
	return {row.name: row.employee_name for row in rows}
