"""Quality inspections of receipts and of moves between zones: read for the rules, recorded by the storekeeper (WH-09, WH-14)."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt

from property_service import settings
from property_service.guards import procedure_is_on, refuse
from property_service.refusals import stop
from property_service.rules import acceptance as rules
from property_service.rules import stock_zones
from property_service.rules.stock_limit import exact
from property_service.sent_values import check_values, parsed
from property_service.stock import inspection_templates, item_facts, stores

INSPECTION = "Quality Inspection"
RECEIPT, ENTRY = "Purchase Receipt", "Stock Entry"
# DocTypes whose rows are inspected.
ROWS = {RECEIPT: "Purchase Receipt Item", ENTRY: "Stock Entry Detail"}
# Zones that goods leave by an inspection only.
INSPECTED_ZONES = (stock_zones.PENDING_INSPECTION, stock_zones.NONCONFORMING)
READINGS_AT_MOST, PHOTOS_AT_MOST = 100, 10


# ---- reading -----------------------------------------------------------------------------------------------------


def sampling(facts: item_facts.ItemFacts) -> rules.Sampling:
	values = settings.get()
	base = rules.Sampling(
		cint(values.full_inspection_up_to), cint(values.sample_percent), cint(values.sample_floor)
	)
	return base.stricter(facts.sample_percent, facts.sample_floor)


def of_rows(doc: Document) -> dict[str, rules.Inspection]:
	"""Row -> its inspection, whatever that says. One statement, none without inspections."""
	named = {row.name: row.quality_inspection for row in doc.items if row.get("quality_inspection")}
	if not named:
		return {}
	found = {
		row.name: row
		for row in frappe.get_all(
			INSPECTION,
			filters={"name": ("in", sorted(set(named.values())))},
			fields=[
				*("name", "docstatus", "status", "sample_size", "inspected_by", "item_code"),
				*("reference_type", "reference_name", "child_row_reference"),
			],
			order_by="name",
		)
	}
	rows = {row.name: row for row in doc.items}
	return {
		name: _inspection(doc, rows[name], found[inspection])
		for name, inspection in named.items()
		if inspection in found
	}


def _inspection(doc: Document, row: Document, inspection: frappe._dict) -> rules.Inspection:
	"""Goods that waited for their certificate were inspected when they arrived: that inspection is theirs, too."""
	place = (inspection.reference_type, inspection.reference_name, inspection.child_row_reference)
	own = place == (doc.doctype, doc.name, row.name)
	waits = stores.zone_of(row.get("s_warehouse")) == stock_zones.PENDING_INSPECTION
	receipt_row = row.get("receipt_row") if waits else None
	at_receipt = bool(receipt_row) and place == (RECEIPT, row.get("reference_purchase_receipt"), receipt_row)
	return rules.Inspection(
		inspection.name,
		inspection.status,
		inspection.docstatus == 1,
		inspection.item_code == row.item_code and (own or at_receipt),
		exact(inspection.sample_size),
		inspection.inspected_by,
		at_receipt and not own,
	)


def verdicts(doc: Document) -> dict[str, str]:
	"""Row of a stock entry -> what its inspection says, for goods that leave a zone by one.

	Raises frappe.ValidationError for an inspection of too few pieces.
	"""
	found = of_rows(doc)
	facts = item_facts.of_document(doc) if found else {}
	known = {}
	for row in doc.items:
		inspection = found.get(row.name)
		if not (inspection and stores.zone_of(row.s_warehouse) in INSPECTED_ZONES):
			continue
		# how many of what arrived were enough was checked at the receipt
		quantity = inspection.sample if inspection.at_receipt else exact(row.transfer_qty)
		stop(
			rules.refuse_inspection(
				row.idx, row.item_code, quantity, sampling(facts[row.item_code]), inspection
			)
		)
		known[row.name] = inspection.verdict
	return known


def keep(doc: Document) -> None:
	"""The inspections of a cancelled document stay: they say what was seen. Frappe would ask for their cancelling first."""
	doc.ignore_linked_doctypes = (*(doc.get("ignore_linked_doctypes") or ()), INSPECTION)


# ---- buyers ------------------------------------------------------------------------------------------------------


def buyers(receipt: Document) -> set[str]:
	"""Who bought what a receipt brings: whoever drew up the orders, and the buyer it names. One statement."""
	orders = sorted({row.purchase_order for row in receipt.items if row.get("purchase_order")})
	found = {receipt.get("buyer")}
	if orders:
		found.update(
			frappe.get_all("Purchase Order", filters={"name": ("in", orders)}, pluck="owner", order_by="name")
		)
	return found - {None, ""}


# ---- recording ---------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def record(
	doctype: str,
	document: str,
	row: str,
	verdict: str,
	sample_size: float | str,
	readings: list | str | None = None,
	remarks: str | None = None,
	photos: list | str | None = None,
) -> str:
	"""Record and submit the inspection of a row of a draft receipt or stock entry, as the session user (WH-09).

	`verdict` Accepted or Rejected; `sample_size` in stock units; `readings` [{"specification", "status", "reading"}];
	`photos` addresses of uploaded files. An earlier inspection of the row is cancelled. Returns the name.
	Raises frappe.PermissionError, frappe.ValidationError.
	"""
	_doc, line = _row(doctype, document, row)
	if doctype == RECEIPT and not cint(settings.get().storekeeper_inspects):
		refuse(
			_(
				"The settings have somebody else inspect what arrives (WH-09): enter the quality inspection as a document of its own."
			)
		)
	frappe.has_permission(INSPECTION, "submit", throw=True)
	if verdict not in (rules.ACCEPTED, rules.REJECTED):
		refuse(_("Say whether the goods are accepted or rejected (WH-09)."))
	_cancel_earlier(line)
	inspection = frappe.new_doc(INSPECTION)
	inspection.update(
		{
			"inspection_type": "Incoming",
			"reference_type": doctype,
			"reference_name": document,
			"child_row_reference": line.name,
			"item_code": line.item_code,
			"item_name": line.item_name,
			"description": line.description,
			"batch_no": line.get("batch_no"),
			"sample_size": sample_size,
			"inspected_by": frappe.session.user,
			"manual_inspection": 1,
			"status": verdict,
			"remarks": cstr(remarks).strip(),
			"quality_inspection_template": inspection_templates.proposed(line.item_code),
		}
	)
	check_values(inspection)
	inspection.get_item_specification_details()
	_fill_readings(inspection, _list(readings, READINGS_AT_MOST))
	inspection.insert()
	_attach(inspection, _list(photos, PHOTOS_AT_MOST))
	inspection.submit()
	return inspection.name


def _row(doctype: str, document: str, row: str) -> tuple[Document, Document]:
	"""The stored draft and its row; the user may write it. Raises frappe.ValidationError."""
	if doctype not in ROWS:
		refuse(_("Goods are inspected on a receipt or on a stock entry (WH-09)."))
	doc = frappe.get_doc(doctype, document)
	doc.check_permission("write")
	line = next((line for line in doc.items if line.name == row), None)
	if not line or doc.docstatus != 0:
		refuse(
			_("Goods are inspected while {0} is a draft, row by row (WH-09). Open it again.").format(
				frappe.bold(doc.name)
			)
		)
	if not procedure_is_on("stores", doc.company):
		refuse(_("{0} does not use the stores procedure (ORG-06).").format(frappe.bold(doc.company)))
	return doc, line


def _cancel_earlier(line: Document) -> None:
	for name in frappe.get_all(
		INSPECTION,
		filters={"child_row_reference": line.name, "docstatus": 1},
		pluck="name",
		order_by="creation",
	):
		frappe.get_doc(INSPECTION, name).cancel()


def _fill_readings(inspection: Document, readings: list) -> None:
	"""Points of the template in its order; what the inspector says of a point stands in its status or number."""
	given = {cstr(reading.get("specification")): reading for reading in readings if isinstance(reading, dict)}
	for reading in inspection.readings:
		answer = given.get(reading.specification) or {}
		value = cstr(answer.get("reading")).strip()[:140]
		if cint(reading.numeric):
			if not value:
				refuse(_("Enter the reading of {0} (WH-10).").format(frappe.bold(reading.specification)))
			reading.reading_1 = value
			continue
		reading.reading_value = value
		reading.manual_inspection = 1
		status = answer.get("status")
		reading.status = status if status in (rules.ACCEPTED, rules.REJECTED) else rules.ACCEPTED


def _attach(inspection: Document, photos: list) -> None:
	for address in photos:
		file = frappe.get_all(
			"File",
			filters={
				"file_url": cstr(address),
				"owner": frappe.session.user,
				"attached_to_name": ("is", "not set"),
			},
			pluck="name",
			order_by="creation desc",
			limit=1,
		)
		if not file:
			refuse(_("A photo was not uploaded; attach it again (WH-10)."))
		frappe.db.set_value(
			"File",
			file[0],
			{"attached_to_doctype": INSPECTION, "attached_to_name": inspection.name},
		)


def _list(values: object, most: int) -> list:
	"""What was sent as a list, as JSON or as itself."""
	found = parsed(values) if values else []
	if not isinstance(found, list) or len(found) > most:
		refuse(_("A list of at most {0} was expected.").format(most))
	return found


@frappe.whitelist(methods=["GET", "POST"])
def form(doctype: str, document: str, row: str) -> dict:
	"""What the dialog of an inspection shows: arrived and needed quantity, the points of the proposed template."""
	doc, line = _row(doctype, document, row)
	quantity = arrived(line)
	facts = item_facts.of_document(doc).get(line.item_code, item_facts.NONE)
	template = inspection_templates.proposed(line.item_code)
	return {
		"quantity": float(quantity),
		"sample_size": float(rules.sample_size(quantity, sampling(facts))),
		"uom": line.stock_uom,
		"template": template,
		"points": inspection_templates.points(template),
		"verdict": rules.REJECTED if flt(line.get("rejected_qty")) and not flt(line.qty) else rules.ACCEPTED,
	}


def arrived(line: Document) -> Decimal:
	"""What a row of a receipt brought, rejected goods among it, or a row of an entry moves; in stock units."""
	if line.doctype == ROWS[RECEIPT]:
		return (exact(line.qty) + exact(line.rejected_qty)) * (exact(line.conversion_factor) or Decimal(1))
	return exact(line.transfer_qty)
