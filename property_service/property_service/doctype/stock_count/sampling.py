"""The lines of a count that the accountant counts once more (WH-28)."""

import random

import frappe
from frappe.model.document import Document

from property_service import settings
from property_service.property_service.doctype.stock_count import freezing
from property_service.rules import stock_count as rules


def draw_sample(doc: Document) -> None:
	"""The system draws the lines that are counted once more; each end of counting draws anew. Two statements."""
	names = [line.name for line in doc.lines]
	percent = max(0, min(100, settings.get().spot_check_percent or 0))
	drawn = rules.draw(names, percent, random.SystemRandom().sample)
	line = frappe.qb.DocType(freezing.LINE)
	(
		frappe.qb.update(line)
		.set(line.in_sample, 0)
		.set(line.is_checked, 0)
		.set(line.checked_qty, 0)
		.where(line.parent == doc.name)
		.run()
	)
	freezing.set_on_lines(drawn, "in_sample", 1)
	for row in doc.lines:
		row.update({"in_sample": int(row.name in drawn), "is_checked": 0, "checked_qty": 0})
