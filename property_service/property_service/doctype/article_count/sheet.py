"""What the sheet 低值易耗品盘点表 prints of articles in use (hooks: jinja; LV-14)."""

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.rules import article_count as rules
from property_service.sheets import sheet_full_name, sheet_pages, sheet_time
from property_service.tools.sheet import column, day, department_name

COUNT, LINE = "Article Count", "Article Count Line"
ROWS_ON_A4 = 15


def article_count_sheet(doc: Document) -> frappe._dict:
	"""Every line that was counted, found or not, with cause, responsible person and decision of what is lost."""
	columns = [
		column(_("No."), 10),
		column(_("Article Name", context=COUNT), 11, text=True),
		column(_("Specification"), 8, text=True),
		column(_("In Use Since"), 8),
		column(_("User or Keeper"), 8),
		column(_("Location"), 7, text=True),
		column(_("Cost", context=LINE), 7),
		column(_("Net Value"), 7),
		column(_("Book Quantity"), 4),
		column(_("Counted Quantity"), 4),
		column(_("Result", context=LINE), 6),
		column(_("What Is Known of the Loss"), 9, text=True),
		column(_("Responsible Person", context=LINE), 6),
		column(_("Decision", context=LINE), 8, text=True),
	]
	people = names_of({row.responsible for row in doc.lines if row.responsible})
	rows = [
		[
			row.document,
			row.title,
			row.specification,
			day(row.in_use_since),
			row.holder_name,
			row.location,
			f"{row.cost:.2f}" if row.cost else "",
			f"{row.net_value:.2f}" if row.cost else "",
			0 if row.result == rules.ELSEWHERE else 1,
			int(row.result in (rules.FOUND, rules.ELSEWHERE)) if row.result else "",
			_(row.result, context=LINE) if row.result else "",
			row.cause,
			people.get(row.responsible),
			row.decision,
		]
		for row in doc.lines
	]
	signed = {row.to_state: row for row in doc.approval_steps}
	return frappe._dict(
		title=_("Article Count Sheet"),
		number=doc.name,
		company=doc.company,
		facts=[
			(_("Department"), department_name(doc.department)),
			(_("Kind", context=COUNT), _(doc.kind, context=COUNT)),
			(_("Frozen On", context=COUNT), sheet_time(doc.started_on)),
			(_("Where", context=COUNT), _("In Use", context="Low Value Article")),
		],
		columns=columns,
		pages=sheet_pages(rows, ROWS_ON_A4),
		signatures=[
			(_("Stores Accountant"), signer(signed.get(rules.COUNTED))),
			(_("Keeper", context=COUNT), signer(signed.get(rules.SIGNED))),
			(_("Finance Manager"), signer(signed.get(rules.APPROVED))),
		],
	)


def names_of(employees: set[str]) -> dict[str, str]:
	rows = frappe.get_all(
		"Employee",
		filters={"name": ("in", sorted(employees) or [""])},
		fields=["name", "employee_name"],
		order_by="name",
	)
	return {row.name: row.employee_name for row in rows}


def signer(step: Document | None) -> str:
	return f"{sheet_full_name(step.actor)} {sheet_time(step.acted_on)}" if step else ""
