"""Quality Inspection under the procedure: any purchased item is inspected, by who submits it, before it is received or moved
(WH-09, WH-14).
"""

import frappe
from erpnext.stock.doctype.quality_inspection.quality_inspection import QualityInspection
from frappe import _
from frappe.model.document import Document

from property_service.guards import procedure_is_on, refuse
from property_service.refusals import stop
from property_service.rules import acceptance as rules
from property_service.rules.refusal import Refusal
from property_service.sent_values import check_values
from property_service.stock import inspection_templates
from property_service.stock.inspections import RECEIPT, ROWS, buyers


class PropertyQualityInspection(QualityInspection):
	def validate_inspection_required(self) -> None:
		"""ERPNext refuses to inspect an item that nobody flagged; the procedure has every purchased one inspected."""
		if not is_under_procedure(self):
			super().validate_inspection_required()


def is_under_procedure(doc: Document) -> bool:
	return doc.reference_type in ROWS and procedure_is_on("stores", company_of(doc))


def company_of(doc: Document) -> str | None:
	if not isinstance(doc.reference_name, str):
		return None
	return frappe.db.get_value(doc.reference_type, doc.reference_name, "company")


# ---- events ------------------------------------------------------------------------------------------------------


def before_validate(doc: Document, method: str | None = None) -> None:
	if is_under_procedure(doc):
		for row in (doc, *doc.readings):
			check_values(row)
		doc.inspected_by = frappe.session.user
		if doc.is_new() and not doc.readings and not doc.quality_inspection_template:
			doc.quality_inspection_template = inspection_templates.proposed(doc.item_code)


def before_submit(doc: Document, method: str | None = None) -> None:
	"""Not by the buyer, and not after the goods were received or moved."""
	if not is_under_procedure(doc):
		return
	reference = frappe.get_doc(doc.reference_type, doc.reference_name)
	line = next((row for row in reference.items if row.name == doc.child_row_reference), None)
	if reference.docstatus != 0 or not line or line.item_code != doc.item_code:
		refuse(
			_(
				"Goods are inspected before they are received or moved: {0} is no draft, or has no such row any more (WH-09)."
			).format(frappe.bold(reference.name))
		)
	if doc.reference_type == RECEIPT and frappe.session.user in buyers(reference):
		stop(Refusal(rules.BUYER_INSPECTED, (line.idx, frappe.session.user)), (rules.BUYER_INSPECTED,))


def before_cancel(doc: Document, method: str | None = None) -> None:
	"""ERPNext would take the inspection off the row of a document that stands on it."""
	if not is_under_procedure(doc):
		return
	if frappe.db.get_value(doc.reference_type, doc.reference_name, "docstatus") == 1:
		refuse(
			_("{0} was received or moved by this inspection (WH-09). Cancel that document first.").format(
				frappe.bold(doc.reference_name)
			)
		)
