"""What the buttons of a receipt call: a certificate comes or is not asked for, a later day is approved (WH-11, WH-13).

The finance manager signs on receipts that the storekeeper writes: who may take the step is checked, not a right to write.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, get_link_to_form, getdate, now_datetime, nowdate

from property_service import approvals
from property_service.guards import refuse, require_procedure
from property_service.ledger import stock as ledger
from property_service.refusals import stop
from property_service.rules import acceptance as rules
from property_service.rules import stores as store_rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.stock import acceptance, bundles, item_facts, stores, waiting

RECEIPT = "Purchase Receipt"
FINANCE_MANAGER = "Finance Manager"
ARRIVED, LATE_APPROVED = "Arrived", "Later Posting Approved"
WAITING, EXEMPTED = "Pending Inspection", "Taken without Certificate"


# ---- a later day (4.4.1 a; WH-13) ----------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def approve_late_posting(receipt: str, comment: str | None = None) -> str:
	"""The finance manager lets goods go to the store later than they arrived; before the receipt is submitted.

	Returns the name of who approved. Raises frappe.PermissionError, frappe.ValidationError.
	"""
	doc = draft(receipt)
	approvals.require_signatory(doc, FINANCE_MANAGER)
	arrived = getdate(doc.arrived_on)
	if arrived >= getdate(nowdate()):
		stop(Refusal(rules.NOT_LATE, (arrived,)))
	if not cstr(doc.late_posting_reason).strip():
		stop(Refusal(rules.NO_LATE_REASON))
	approvals.record(doc, ARRIVED, LATE_APPROVED, FINANCE_MANAGER, cstr(comment).strip() or None)
	doc.update(
		{
			"late_posting_approved_by": frappe.session.user,
			"late_posting_approved_on": now_datetime(),
			"late_posting_approved_for": arrived,
		}
	)
	write(doc)
	return frappe.utils.get_fullname(frappe.session.user)


# ---- certificates (4.3.1 c; WH-11) ---------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def record_certificate(receipt: str, row: str, number: str | None = None, file: str | None = None) -> dict:
	"""The certificate of goods that wait has come: it is kept on their row, and they go to Qualified.

	Returns {"entry": name of the move}. Raises frappe.PermissionError for who may not receive goods.
	"""
	doc, line = submitted(receipt, row)
	doc.check_permission("write")
	frappe.has_permission("Stock Entry", "submit", throw=True)
	number, file = cstr(number).strip()[:140], cstr(file).strip()
	if not number and not file:
		stop(Refusal(rules.NO_CERTIFICATE, (line.idx,)))
	if file and not acceptance.uploaded({file}):
		stop(Refusal(rules.FILE_NOT_THERE, (line.idx,)))
	line.db_set(
		{
			"certificate_no": number or None,
			"certificate_file": file or None,
			"certificate_state": rules.KEPT,
			"certificate_recorded_by": frappe.session.user,
			"certificate_recorded_on": now_datetime(),
		}
	)
	note(doc, line, _("Certificate {0} recorded").format(number or file))
	return {"entry": release(doc, line)}


@frappe.whitelist(methods=["POST"])
def exempt_certificate(receipt: str, row: str, reason: str) -> dict:
	"""The finance manager takes goods without a certificate, with a reason: on a draft, or while they wait.

	Returns {"entry": name of the move to Qualified, None on a draft}.
	"""
	doc = frappe.get_doc(RECEIPT, receipt, for_update=True)
	doc.check_permission("read")
	require_procedure("stores", doc.company)
	approvals.require_signatory(doc, FINANCE_MANAGER)
	line = line_of(doc, row)
	reason = cstr(reason).strip()
	if not reason:
		stop(Refusal(rules.NO_EXEMPTION_REASON, (line.idx, line.item_code)))
	values = {
		"certificate_exempted_by": frappe.session.user,
		"certificate_exempted_on": now_datetime(),
		"certificate_exempt_reason": reason,
		"certificate_state": rules.EXEMPTED,
	}
	comment = f"{line.idx}. {line.item_code}: {reason}"
	if doc.docstatus == 0:
		line.update(values)
		approvals.record(doc, WAITING, EXEMPTED, FINANCE_MANAGER, comment)
		write(doc)
		return {"entry": None}
	doc, line = submitted(receipt, row)
	line.db_set(values)
	# The row alone: saving a submitted receipt would write back counters that another transaction has moved meanwhile
	approvals.record(doc, WAITING, EXEMPTED, FINANCE_MANAGER, comment).db_insert()
	note(doc, line, _("Taken without a certificate: {0}").format(reason))
	return {"entry": release(doc, line)}


def submitted(receipt: str, row: str) -> tuple[Document, Document]:
	"""A submitted receipt and its row, locked, of which something waits. Raises frappe.ValidationError."""
	doc = frappe.get_doc(RECEIPT, receipt)
	doc.check_permission("read")
	require_procedure("stores", doc.company)
	line = line_of(doc, row)
	locked = waiting.locked([line.name]).get(line.name)
	waiting.refuse_nothing(locked, line.idx, line.item_code)
	line.waiting_qty = locked.waiting_qty
	return doc, line


def release(doc: Document, line: Document) -> str:
	"""Moves what waits of a row to Qualified, by the inspection of the receipt. Returns the name of the entry."""
	facts = item_facts.of_item(line.item_code)
	target = stores.zone_warehouse(
		stores.store_of(line.warehouse),
		store_rules.QUALIFIED,
		facts.storage_class or store_rules.GENERAL,
	)
	common = {
		"item_code": line.item_code,
		"uom": line.stock_uom,
		"stock_uom": line.stock_uom,
		"conversion_factor": 1,
		"s_warehouse": line.warehouse,
		"t_warehouse": target,
		"quality_inspection": line.quality_inspection,
		"reference_purchase_receipt": doc.name,
		"receipt_row": line.name,
	}
	parts = bundles.parts(line, exact(line.waiting_qty))
	lines = [{**common, **part} for part in parts]
	return ledger.transfer(doc.company, lines, doc.department, _("Certificate of {0}").format(doc.name))


# ---- helpers -----------------------------------------------------------------------------------------------------


def draft(receipt: str) -> Document:
	"""The draft of a receipt, locked, for a signature. Raises frappe.PermissionError, frappe.ValidationError."""
	doc = frappe.get_doc(RECEIPT, receipt, for_update=True)
	doc.check_permission("read")
	require_procedure("stores", doc.company)
	if doc.docstatus != 0:
		refuse(
			_("{0} is submitted or cancelled already: signatures come before that (WH-13).").format(
				get_link_to_form(RECEIPT, doc.name)
			)
		)
	return doc


def line_of(doc: Document, row: str) -> Document:
	line = next((line for line in doc.items if line.name == row), None)
	if not line:
		refuse(_("{0} has no such row any more; open it again.").format(get_link_to_form(RECEIPT, doc.name)))
	return line


def write(doc: Document) -> None:
	doc.flags.server_write = True
	doc.save(ignore_permissions=True)  # whose step it is was checked; the storekeeper writes receipts


def note(doc: Document, line: Document, text: str) -> None:
	"""What changed on a submitted receipt stands below it, with who and when."""
	doc.add_comment("Info", f"{line.idx}. {frappe.utils.escape_html(f'{line.item_code}: {text}')}")
