"""What the sheets 工具借领单 and 工具登记卡 print (hooks: jinja; WH-21)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate

from property_service.rules import tools as rules
from property_service.sheets import sheet_full_name, sheet_pages, sheet_time
from property_service.tools import custody

REQUEST, CUSTODY = "Tool Request", "Tool Custody"
ROWS_ON_A4 = 15


def tool_request_sheet(doc: Document) -> frappe._dict:
	"""工具借领单: what is borrowed, exchanged or brought back, and who signed each step."""
	columns = [
		column("", 4),
		column(_("Tool Name"), 20, text=True),
		column(_("Specification"), 14, text=True),
		column(_("Tool No."), 12),
		column(_("Quantity"), 6),
		column(_("Kind", context=REQUEST), 10),
		column(_("New Tool"), 14, text=True),
		column(_("Condition", context=CUSTODY), 10),
		column(_("Remarks"), 14, text=True),
	]
	rows = [
		[
			row.idx,
			row.item_name,
			row.specification,
			row.tool_no,
			1,
			_(row.custody_kind or doc.kind, context=CUSTODY if row.custody_kind else REQUEST),
			custody.title_of(row.new_item) if row.new_item and row.new_item != row.item_code else "",
			how_it_came(row) if row.is_back else "",
			row.remarks,
		]
		for row in doc.tools
	]
	signed = {row.to_state: row for row in doc.approval_steps}
	head = signed.get(rules.APPROVED) or signed.get(rules.CONFIRMED)
	store = signed.get(rules.HANDED_OUT) or signed.get(rules.TAKEN_BACK)
	return frappe._dict(
		title=_("Tool Request Sheet"),
		number=doc.name,
		company=doc.company,
		facts=[
			(_("Department"), department_name(doc.department)),
			(_("Holder", context=CUSTODY), doc.holder_name),
			(_("Requested On", context=REQUEST), sheet_time(doc.requested_on)),
			(_("Due On", context=CUSTODY), day(doc.due_on)),
			(_("Purpose", context=REQUEST), doc.purpose),
		],
		columns=columns,
		pages=sheet_pages(rows, ROWS_ON_A4),
		signatures=[
			(_("Department Head"), signature(head)),
			(_("Storekeeper"), signature(store)),
			(_("Holder (signature)"), ""),
		],
	)


def tool_card_sheet(doc: Document) -> frappe._dict:
	"""工具登记卡 of the holder of `doc`: everything that the reader may see of what this person got, the oldest first."""
	columns = [
		column(_("Tool Name"), 15, text=True),
		column(_("Specification"), 10, text=True),
		column(_("Tool No."), 8),
		column(_("Quantity"), 4),
		column(_("Custody Kind"), 6),
		column(_("Handed Out On", context=CUSTODY), 9),
		column(_("Due On", context=CUSTODY), 8),
		column(_("Back or Settled On"), 9),
		column(_("Condition", context=CUSTODY), 8),
		column(_("Status"), 6),
		column(_("Storekeeper"), 7),
		column(_("Holder (signature)"), 10),
	]
	found = frappe.get_list(
		CUSTODY,
		filters={"holder": doc.holder, "company": doc.company},
		fields=["*"],
		order_by="issued_on, name",
		limit=0,
	)
	rows = [
		[
			row.item_name,
			row.specification,
			row.tool_no,
			1,
			_(row.custody_kind, context=CUSTODY),
			day(row.issued_on),
			day(row.due_on),
			day(row.returned_on),
			how_it_came(row),
			_(row.status, context=CUSTODY),
			sheet_full_name(row.issued_by),
			signed_by(row),
		]
		for row in found
	]
	return frappe._dict(
		title=_("Tool Card"),
		number=doc.holder,
		company=doc.company,
		facts=[
			(_("Department"), department_name(doc.department)),
			(_("Holder", context=CUSTODY), doc.holder_name),
		],
		columns=columns,
		pages=sheet_pages(rows, ROWS_ON_A4),
		signatures=[(_("Department Head"), ""), (_("Storekeeper"), ""), (_("Holder (signature)"), "")],
	)


def column(label: str, share: int, text: bool = False) -> frappe._dict:
	return frappe._dict(label=label, share=share, text=text)


def how_it_came(row: Document) -> str:
	words = [_(row.condition, context=CUSTODY)] if row.condition else []
	return " / ".join(words + ([_("Cleaned", context=CUSTODY)] if row.is_clean else []))


def signature(step: Document | None) -> str:
	return f"{sheet_full_name(step.actor)} {sheet_time(step.acted_on)}" if step else ""


def signed_by(row: frappe._dict) -> str:
	if row.signed_on_paper:
		return _("On paper")
	return f"{sheet_full_name(row.signed_by)} {day(row.signed_on)}" if row.signed_on else ""


def day(value: object) -> str:
	return formatdate(value, "yyyy-MM-dd") if value else ""


def department_name(department: str | None) -> str:
	return (frappe.get_cached_value("Department", department, "department_name") or "") if department else ""
