"""Monthly Revenue Statement (营业收入月报表): what the front desk took in a month, for finance on the 3rd. CASH-04."""

from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, get_first_day, get_last_day, getdate, now_datetime

from property_service import till_ledger, till_revenue
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.saving import ParentLocked
from property_service.sent_values import CheckedValues

STATEMENT = "Monthly Revenue Statement"
SERVER_FIELDS = (
	*("status", "compiled_on", "received_total", "paid_out_total", "tax_total", "over_short_total", "lines"),
	*("ledger_difference", "open_closings", "differences", "sent_by", "sent_on"),
)


class MonthlyRevenueStatement(CheckedValues, ParentLocked):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		if self.is_new() and self.month and self.company:
			self.month = get_first_day(getdate(self.month))
			require_procedure("registers", self.company)
			self.compile()

	def validate(self) -> None:
		self.refuse_change_when_sent()

	def on_trash(self) -> None:
		refuse(_("Revenue statements are kept (CASH-04)."))

	def show_unique_validation_message(self, e) -> None:
		if "one_per_month" in str(e):
			refuse(
				_("{0} has a statement for {1} already (CASH-04). Compile that one again.").format(
					frappe.bold(self.company), frappe.bold(f"{getdate(self.month):%Y-%m}")
				),
				exc=frappe.UniqueValidationError,
			)
		super().show_unique_validation_message(e)

	def refuse_change_when_sent(self) -> None:
		stored = self.get_doc_before_save()
		if (
			stored
			and stored.status == "Sent"
			and not self.flags.server_write
			and self.has_value_changed("remarks")
		):
			refuse(_("The statement was sent to finance and does not change any more (CASH-04)."))

	def compile(self) -> None:
		"""Totals are computed from the closings, never typed; compared with the ledger account by account."""
		first, last = self.period()
		self.set("lines", [])
		for line in till_revenue.lines(self.company, first, last):
			self.append("lines", line)
		self.received_total = flt(sum(line.received for line in self.lines), 2)
		self.paid_out_total = flt(sum(line.paid_out for line in self.lines), 2)
		self.tax_total = flt(sum(line.tax_amount for line in self.lines), 2)
		self.over_short_total = till_revenue.over_short(self.company, first, last)
		self.compare(first, last)
		self.open_closings = "\n".join(till_revenue.not_accepted(self.company, first, last)) or None
		self.compiled_on = now_datetime()
		self.flags.server_write = True

	def compare(self, first: date, last: date) -> None:
		self.set("differences", [])
		total = Decimal(0)
		for row in till_ledger.by_account(self.company, first, last):
			if not row.difference:
				continue
			total += abs(row.difference)
			self.append(
				"differences",
				{
					"account": row.account,
					"receipts_amount": flt(row.receipts),
					"ledger_amount": flt(row.ledger),
					"difference": flt(row.difference),
				},
			)
		self.ledger_difference = flt(total)

	def period(self) -> tuple[date, date]:
		return getdate(self.month), getdate(get_last_day(self.month))


def locked(statement: str) -> MonthlyRevenueStatement:
	doc = frappe.get_doc(STATEMENT, statement, for_update=True)
	doc.check_permission("write")
	if doc.status == "Sent":
		refuse(_("The statement was sent to finance and does not change any more (CASH-04)."))
	return doc


@frappe.whitelist(methods=["POST"])
def compile_again(statement: str) -> None:
	"""Bring a statement that was not sent up to date with the closings and the ledger."""
	doc = locked(statement)
	doc.compile()
	doc.save()


@frappe.whitelist(methods=["POST"])
def send(statement: str) -> None:
	"""Send the statement to finance (送财务部); the server records who and when, and it stays as it is.

	What does not tie, or is not accepted yet, is explained in the remarks first. Raises frappe.ValidationError.
	"""
	doc = locked(statement)
	doc.compile()
	if getdate(get_last_day(doc.month)) >= getdate():
		refuse(_("The month is not over; its statement is sent afterwards (CASH-04)."))
	if (doc.ledger_difference or doc.open_closings) and not (doc.remarks or "").strip():
		refuse(
			_(
				"Something does not tie to the ledger, or a closing waits for the cashier. Explain it in the remarks before sending (CASH-04)."
			)
		)
	doc.update({"status": "Sent", "sent_by": frappe.session.user, "sent_on": now_datetime()})
	doc.save()


def on_doctype_update() -> None:
	frappe.db.add_unique(STATEMENT, ["company", "month"], constraint_name="one_per_month")
