"""Amortisation Run (低值易耗品摊销): what a company amortises in a month, in one journal entry; see README.md. Rule LV-06."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, get_first_day, getdate, now_datetime, nowdate

from property_service import commands, guards
from property_service.low_value import runs
from property_service.low_value.runs import CANCELLED, DRAFT, FAILED, POSTING, RUN
from property_service.refusals import stop
from property_service.rules import amortisation as rules
from property_service.rules.refusal import Refusal
from property_service.sent_values import CheckedValues

SERVER_FIELDS = (
	*("status", "posting_date", "article_count", "amount", "journal_entry", "submitted_by", "submitted_on"),
	*("finished_on", "last_error", "run_key"),
)


class AmortisationRun(CheckedValues, Document):
	def before_validate(self) -> None:
		guards.restore_server_fields(self, SERVER_FIELDS)
		self.month = get_first_day(getdate(self.month)) if self.month else None

	def validate(self) -> None:
		guards.require_procedure("low_value", self.company)
		if self.month:
			self.refuse_month()

	def refuse_month(self) -> None:
		month = getdate(self.month)
		standing = {"company": self.company, "docstatus": 1, "name": ("!=", self.name or "")}
		other = frappe.db.get_value(RUN, {**standing, "month": month})
		later = frappe.db.get_value(
			RUN, {**standing, "month": (">", month)}, ["name", "month"], order_by="month desc"
		)
		stop(rules.refuse_run(self.company, month, getdate(nowdate()), other, later))

	def before_submit(self) -> None:
		self.update(
			{
				"status": POSTING,
				"submitted_by": frappe.session.user,
				"submitted_on": now_datetime(),
				"posting_date": runs.posting_date(getdate(self.month)),
				"run_key": f"{self.company}|{getdate(self.month):%Y-%m}",
			}
		)

	def show_unique_validation_message(self, e) -> None:
		if "run_key" in cstr(e):
			other = frappe.db.get_value(RUN, {"run_key": self.run_key}, for_update=True, order_by=None)
			stop(Refusal(rules.RUN_THERE, (self.company, f"{getdate(self.month):%Y-%m}", other or "")))
		super().show_unique_validation_message(e)

	def on_submit(self) -> None:
		runs.begin(self)

	def before_update_after_submit(self) -> None:
		guards.restore_server_fields(self, SERVER_FIELDS)

	def before_cancel(self) -> None:
		gone = runs.ended_since(self)
		if gone:
			stop(Refusal(rules.ENDED_SINCE, (gone[0],)))
		self.run_key = None

	def on_cancel(self) -> None:
		runs.take_back(self)
		self.db_set({"status": CANCELLED, "run_key": None})

	def on_trash(self) -> None:
		if self.status != DRAFT:
			guards.refuse(_("Amortisation runs are kept (LV-06, LV-15)."))


@frappe.whitelist(methods=["POST"])
@commands.carried_out_again
def post_again(run: str) -> str:
	"""Post a run that failed, now that its reason is gone; returns its status.

	Raises frappe.PermissionError for whoever may not submit runs, frappe.ValidationError when it still cannot be posted.
	"""
	doc = frappe.get_doc(RUN, run, for_update=True)
	doc.check_permission("submit")
	if doc.docstatus == 1 and doc.status == FAILED:
		doc.db_set({"status": POSTING, "last_error": None, "submitted_on": now_datetime()})
		runs.begin(doc)
	return doc.status
