"""What counts have left on the account of pending gains and losses; zero when every difference is decided (WH-28)."""

from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, fmt_money

from property_service import settings
from property_service.ledger import balance

# Both have `undecided_lines`, `open_value` and `company`.
COUNTS = ("Stock Count", "Article Count")


class Pending(NamedTuple):
	"""Lines without a decision, and their value on the pending account, debit positive."""

	lines: int
	value: Decimal


def undecided(company: str) -> Pending:
	"""Of goods in store, and of articles in use; a statement each."""
	found = [undecided_of(doctype, company) for doctype in COUNTS]
	return Pending(sum(one.lines for one in found), sum((one.value for one in found), Decimal(0)))


def undecided_of(doctype: str, company: str) -> Pending:
	count = frappe.qb.DocType(doctype)
	lines, value = (
		frappe.qb.from_(count)
		.select(Sum(count.undecided_lines), Sum(count.open_value))
		.where((count.company == company) & (count.undecided_lines > 0))
		.run()[0]
	)
	return Pending(int(lines or 0), Decimal(str(flt(value, 2))))


def on_account(company: str) -> Decimal | None:
	"""What the general ledger holds on the pending account, debit positive; None without such an account."""
	row = settings.company_row(company)
	account = row and row.pending_gains_losses_account
	if not account:
		return None
	return balance.of_account(company, account)


def note(company: str) -> str | None:
	"""For month end: what is still to be decided, None when nothing is."""
	found = undecided(company)
	if not found.lines:
		return None
	return _(
		"{0} differences of stock counts are not decided; {1} is still on the pending account (WH-28)."
	).format(found.lines, fmt_money(float(found.value), precision=2))
