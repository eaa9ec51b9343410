"""Posts the money of low-value consumables (LV-04 to LV-06): the lines come from `rules.amortisation`."""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe.model.document import Document

from property_service.ledger import journal
from property_service.rules.amortisation import Line


def post(
	key: str, source: Document | frappe._dict, posting_date: date, lines: Sequence[Line], remark: str
) -> str | None:
	"""Submit the journal entry of one posting and return its name; None where the lines come to nothing.

	`key` is the posting's own for ever. Raises frappe.ValidationError as `journal.post` does.
	"""
	return journal.post(
		key,
		source,
		posting_date,
		[journal.Row(line.account, line.amount, cost_center=line.cost_center) for line in lines],
		remark,
	)


def cancel(key: str) -> None:
	journal.cancel(key)
