"""Article Opening (在用低值易耗品期初): what was in use before the company came to this app; see README.md. LV-02, LV-05."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, now_datetime

from property_service import guards, switching_over
from property_service.low_value import openings
from property_service.sent_values import CheckedValues

SERVER_FIELDS = ("total_cost", "total_amortised", "pieces", "journal_entry", "submitted_by", "submitted_on")


class ArticleOpening(CheckedValues, Document):
	def before_validate(self) -> None:
		guards.restore_server_fields(self, SERVER_FIELDS)
		guards.require_procedure("low_value", self.company)
		self.difference_reason = cstr(self.difference_reason).strip() or None
		openings.complete(self)

	def validate(self) -> None:
		switching_over.require_open(self.company)
		openings.check(self)
		self.pieces = sum(row.qty for row in self.items)
		self.total_cost = flt(openings.total(self, "cost"))
		self.total_amortised = flt(openings.total(self, "amortised_amount"))

	def before_submit(self) -> None:
		self.submitted_by, self.submitted_on = frappe.session.user, now_datetime()

	def on_submit(self) -> None:
		self.db_set("journal_entry", openings.post(self))

	def before_update_after_submit(self) -> None:
		guards.restore_server_fields(self, SERVER_FIELDS)

	def before_cancel(self) -> None:
		openings.refuse_moved_on(self)

	def on_cancel(self) -> None:
		openings.take_back(self)

	def on_trash(self) -> None:
		if self.docstatus:
			guards.refuse(_("What was taken over is kept (LV-15). Cancel it where it was wrong."))
