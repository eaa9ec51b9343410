"""Batches and serial numbers of a received row, as rows of the entry that moves the goods on."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse
from property_service.rules.quantities import NOTHING
from property_service.rules.stock_limit import exact


def parts(line: Document, quantity: Decimal) -> list[dict]:
	"""What moves of a received row, one part per batch, in stock units; `quantity` is all of it that is still there.

	Raises frappe.ValidationError where a part of several batches went elsewhere: then a person says which ones move.
	"""
	bundle = line.get("serial_and_batch_bundle")
	if not bundle:
		return [{"qty": float(quantity)}]
	found: dict[str | None, dict] = {}
	for entry in frappe.get_all(
		"Serial and Batch Entry",
		filters={"parent": bundle},
		fields=["serial_no", "batch_no", "qty"],
		order_by="idx",
	):
		part = found.setdefault(entry.batch_no, {"qty": Decimal(0), "serials": []})
		part["qty"] += abs(exact(entry.qty))
		if entry.serial_no:
			part["serials"].append(entry.serial_no)
	if abs(sum((part["qty"] for part in found.values()), Decimal(0)) - quantity) > NOTHING:
		refuse(
			_(
				"Row {0}: a part of {1} went elsewhere. Move the rest by a stock entry that names its batches or serial numbers (WH-14)."
			).format(line.idx, frappe.bold(line.item_code))
		)
	return [
		{
			"qty": float(part["qty"]),
			"use_serial_batch_fields": 1,
			"batch_no": batch,
			"serial_no": "\n".join(part["serials"]),
		}
		for batch, part in found.items()
	]
