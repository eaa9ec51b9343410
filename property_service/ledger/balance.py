"""What an account of the general ledger holds now."""

from decimal import Decimal

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from property_service.rules import money


def of_account(company: str, account: str) -> Decimal:
	"""In the company's currency, to the cent, debit positive. One statement."""
	entry = frappe.qb.DocType("GL Entry")
	rows = (
		frappe.qb.from_(entry)
		.select(Coalesce(Sum(entry.debit - entry.credit), 0))
		.where((entry.company == company) & (entry.account == account) & (entry.is_cancelled == 0))
		.run()
	)
	return Decimal(str(rows[0][0])).quantize(money.CENT)
