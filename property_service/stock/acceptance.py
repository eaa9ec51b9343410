"""Acceptance of what a purchase receipt brings: every row inspected, by somebody who did not buy it, with its certificate, and on
the day it arrived (WH-09, WH-11 to WH-13).

A purchase return is looked at only for what it takes out of Pending Inspection.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, now_datetime, nowdate

from property_service import approvals, guards, settings
from property_service.refusals import stop
from property_service.rules import acceptance as rules
from property_service.rules import stores as store_rules
from property_service.rules.refusal import Refusal
from property_service.rules.stock_limit import exact
from property_service.sent_values import check_values
from property_service.stock import inspections, item_facts, stores, waiting

BUYING_SETTINGS = "Buying Settings"
FOR_REJECTED = "set_valuation_rate_for_rejected_materials"


SERVER_FIELDS = ("late_posting_approved_by", "late_posting_approved_on", "late_posting_approved_for")
ROW_SERVER_FIELDS = (
	*("certificate_state", "waiting_qty", "certificate_recorded_by", "certificate_recorded_on"),
	*("certificate_exempted_by", "certificate_exempted_on", "certificate_exempt_reason"),
)
# An exemption is of these goods, not of whatever the row is changed into.
EXEMPTED_FOR = ("item_code",)
# Where goods are put on purpose elsewhere is refused; between these two the certificate decides.
PLACED = (store_rules.QUALIFIED, store_rules.PENDING_INSPECTION)


# ---- before validation -------------------------------------------------------------------------------------------


def restore(doc: Document) -> None:
	"""What the server wrote goes back to what the database holds, rows and the trail of signatures included."""
	guards.restore_server_fields(doc, SERVER_FIELDS)
	approvals.protect(doc)
	if doc.flags.server_write:
		return
	stored = doc.get_doc_before_save()
	known = {row.name: row for row in stored.items} if stored else {}
	for row in doc.items:
		before = known.get(row.name)
		same = before and all(before.get(name) == row.get(name) for name in EXEMPTED_FOR)
		for fieldname in ROW_SERVER_FIELDS:
			row.set(fieldname, before.get(fieldname) if same else None)


def prepare(doc: Document) -> None:
	"""Fills what nobody need enter: when the goods arrived, who bought them, how many of each are to be inspected."""
	for row in (doc, *doc.items):
		check_values(row)
	if doc.is_return:
		return
	if doc.is_new():
		for row in doc.items:
			row.quality_inspection = None  # of whatever it was copied from
	doc.arrived_on = doc.arrived_on or nowdate()
	_forget_approval_of_another_day(doc)
	doc.buyer = doc.buyer or _buyer(doc)
	facts = item_facts.of_document(doc)
	write_certificates(doc, facts)
	for row in doc.items:
		row.required_sample = 0
		known = facts.get(row.item_code, item_facts.NONE)
		if known.is_stock_item:
			sample = rules.sample_size(inspections.arrived(row), inspections.sampling(known))
			row.required_sample = float(sample)
			place(row, known)


def _buyer(doc: Document) -> str | None:
	order = next((row.purchase_order for row in doc.items if row.get("purchase_order")), None)
	return frappe.db.get_value("Purchase Order", order, "owner") if order else None


def _forget_approval_of_another_day(doc: Document) -> None:
	approved_for = doc.get("late_posting_approved_for")
	if approved_for and getdate(approved_for) != getdate(doc.arrived_on):
		doc.update(dict.fromkeys(SERVER_FIELDS))


def write_certificates(doc: Document, facts: dict[str, item_facts.ItemFacts]) -> None:
	arrived = rules.totals((row.item_code, inspections.arrived(row)) for row in doc.items)
	batch = exact(flt(settings.get().batch_quantity))
	for row in doc.items:
		known = facts.get(row.item_code, item_facts.NONE)
		papers = rules.Papers(row.certificate_no, row.certificate_file, row.certificate_exempted_by)
		row.certificate_state = (
			rules.certificate_state(arrived[row.item_code], batch, known.certificate_exempt, papers)
			if known.is_stock_item
			else None
		)


def place(row: Document, facts: item_facts.ItemFacts) -> None:
	"""Goods without their certificate go to where they wait, in the store that the row is for; others to Qualified."""
	missing = row.certificate_state == rules.MISSING
	zone = store_rules.PENDING_INSPECTION if missing else store_rules.QUALIFIED
	here = stores.zone_of(row.warehouse)
	if here in PLACED and here != zone:
		row.warehouse = stores.zone_warehouse(
			stores.store_of(row.warehouse), zone, facts.storage_class or store_rules.GENERAL
		)


# ---- before submission -------------------------------------------------------------------------------------------


def check(doc: Document) -> None:
	"""What a receipt must have before it is submitted. Raises frappe.PermissionError, frappe.ValidationError."""
	if doc.is_return:
		waiting.check_return(doc)
		return
	check_arrival(doc, final=True)
	check_specifications(doc)
	check_inspections(doc)
	check_certificates(doc)
	check_rejected_value(doc)


def check_arrival(doc: Document, final: bool = False) -> None:
	"""Goods are posted on the day they arrived, and the buyer was there when the supplier brought them (WH-13)."""
	approved = bool(doc.late_posting_approved_by)
	stop(
		rules.refuse_arrival(
			getdate(doc.arrived_on), getdate(doc.posting_date), getdate(nowdate()), approved, final
		)
	)
	if final:
		stop(rules.refuse_delivery(doc.buyer, cint(doc.delivered_by_supplier), cint(doc.buyer_present)))


def check_specifications(doc: Document) -> None:
	"""The plan keeps the specification that was approved; the item may have got another one since (WH-12)."""
	names = sorted({row.material_request_item for row in doc.items if row.material_request_item})
	if not names:
		return
	planned = dict(
		frappe.get_all(
			"Material Request Item",
			filters={"name": ("in", names)},
			fields=["name", "specification"],
			order_by="name",
			as_list=True,
		)
	)
	facts = item_facts.of_document(doc)
	for row in doc.items:
		now = facts.get(row.item_code, item_facts.NONE).specification
		wanted = planned.get(row.material_request_item)
		stop(rules.refuse_specification(row.idx, row.item_code, wanted, now))


def check_inspections(doc: Document) -> None:
	"""One submitted inspection per row of stock, by somebody who did not buy it, of enough pieces (WH-09)."""
	facts = item_facts.of_document(doc)
	found, bought_by = inspections.of_rows(doc), inspections.buyers(doc)
	receiver = None if cint(settings.get().storekeeper_inspects) else frappe.session.user
	for row in doc.items:
		known = facts.get(row.item_code, item_facts.NONE)
		if not known.is_stock_item:
			continue
		factor = exact(row.conversion_factor) or Decimal(1)
		line = rules.Line(
			row.idx,
			row.item_code,
			exact(row.qty) * factor,
			exact(row.rejected_qty) * factor,
			inspections.sampling(known),
			found.get(row.name),
		)
		stop(rules.refuse_line(line, bought_by, receiver), (rules.BUYER_INSPECTED, rules.RECEIVER_INSPECTED))


def check_certificates(doc: Document) -> None:
	"""Once more, because quantities in stock units are known only now."""
	write_certificates(doc, item_facts.of_document(doc))
	known = uploaded({row.certificate_file for row in doc.items if row.certificate_file})
	for row in doc.items:
		row.waiting_qty = 0
		if row.certificate_file and row.certificate_file not in known:
			stop(Refusal(rules.FILE_NOT_THERE, (row.idx,)))
		if not (row.certificate_state and flt(row.qty)):
			continue
		waits = waiting.waits(row.warehouse)
		stop(rules.refuse_waiting(row.idx, row.item_code, row.certificate_state, waits))
		row.waiting_qty = flt(row.stock_qty) if waits else 0
		if row.certificate_state == rules.KEPT:
			row.certificate_recorded_by = frappe.session.user
			row.certificate_recorded_on = now_datetime()


def uploaded(addresses: set[str]) -> set[str]:
	"""Those of the addresses that lead to a file. One statement, none for none."""
	if not addresses:
		return set()
	return set(
		frappe.get_all(
			"File", filters={"file_url": ("in", sorted(addresses))}, pluck="file_url", order_by="name"
		)
	)


def check_rejected_value(doc: Document) -> None:
	"""Rejected goods are the supplier's and carry no value (WH-12); a setting of ERPNext would give them one."""
	if any(flt(row.rejected_qty) for row in doc.items) and cint(
		frappe.db.get_single_value(BUYING_SETTINGS, FOR_REJECTED)
	):
		guards.refuse(
			_("Rejected goods carry no value (WH-12): switch off {0} in {1} first.").format(
				frappe.bold(_(frappe.get_meta(BUYING_SETTINGS).get_label(FOR_REJECTED))),
				frappe.utils.get_link_to_form(BUYING_SETTINGS, BUYING_SETTINGS, _(BUYING_SETTINGS)),
			)
		)
