"""Monthly Revenue Statement (营业收入月报表): what the front desk took in a month, for finance on the 3rd. CASH-04."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import flt, get_first_day, get_last_day, getdate, now_datetime

from property_service import till_ledger, till_revenue
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.refusals import stop
from property_service.rules import revenue_statement as rules
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
		if stored and not self.flags.server_write and self.has_value_changed("remarks"):
			stop(rules.refuse_change(stored.status))

	def compile(self) -> None:
		"""Totals are computed from the closings, never typed; compared with the ledger account by account."""
		first, last = self.period()
		self.set("lines", [])
		for line in till_revenue.lines(self.company, first, last):
			self.append("lines", line)
		totals = rules.totals(
			rules.Line(line.received, line.paid_out, line.tax_amount) for line in self.lines
		)
		self.received_total, self.paid_out_total = flt(totals.received), flt(totals.paid_out)
		self.tax_total = flt(totals.tax)
		self.over_short_total = till_revenue.over_short(self.company, first, last)
		self.compare(first, last)
		self.open_closings = "\n".join(till_revenue.not_accepted(self.company, first, last)) or None
		self.compiled_on = now_datetime()
		self.flags.server_write = True

	def compare(self, first: date, last: date) -> None:
		self.set("differences", [])
		untied = rules.untied(till_ledger.by_account(self.company, first, last))
		for row in untied:
			self.append(
				"differences",
				{
					"account": row.account,
					"receipts_amount": flt(row.receipts),
					"ledger_amount": flt(row.ledger),
					"difference": flt(row.difference),
				},
			)
		self.ledger_difference = flt(rules.difference(untied))

	def period(self) -> tuple[date, date]:
		return getdate(self.month), getdate(get_last_day(self.month))


def locked(statement: str) -> MonthlyRevenueStatement:
	doc = frappe.get_doc(STATEMENT, statement, for_update=True)
	doc.check_permission("write")
	stop(rules.refuse_change(doc.status))
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
	_first, last = doc.period()
	stop(
		rules.refuse_sending(
			rules.Sending(
				last_day=last,
				today=getdate(),
				difference=doc.ledger_difference,
				waiting=bool(doc.open_closings),
				remarks=doc.remarks,
			)
		)
	)
	doc.update({"status": rules.SENT, "sent_by": frappe.session.user, "sent_on": now_datetime()})
	doc.save()


def on_doctype_update() -> None:
	frappe.db.add_unique(STATEMENT, ["company", "month"], constraint_name="one_per_month")
