import re

import frappe
from frappe import _
from frappe.model.document import Document

from property_service import series, settings
from property_service.guards import refuse
from property_service.sent_values import CheckedValues

CODE = re.compile(r"[A-Z0-9]{1,8}")


class FrontDeskCounter(CheckedValues, Document):
	"""A place at the front desk with a till of its own (柜台, CASH-01)."""

	def before_validate(self):
		self.fill_in_code()

	def validate(self):
		self.refuse_bad_code()
		self.refuse_foreign_department()
		self.refuse_foreign_accounts()

	def on_update(self):
		series.ensure_prefixes()

	def on_trash(self):
		self.refuse_when_used()

	def fill_in_code(self):
		self.counter_code = (self.counter_code or "").strip().upper()
		if self.is_new() and not self.counter_code:
			self.counter_code = free_code()

	def refuse_bad_code(self):
		"""It stands in receipt numbers, between hyphens."""
		if not CODE.fullmatch(self.counter_code):
			refuse(_("The code of a counter is one to eight letters A to Z and digits (CASH-01)."))

	def refuse_foreign_department(self):
		if not self.department:
			return
		company = frappe.get_cached_value("Department", self.department, "company")
		if company and company != self.company:
			refuse(
				_("{0} belongs to {1}; choose a department of {2} (CASH-01).").format(
					frappe.bold(self.department), frappe.bold(company), frappe.bold(self.company)
				)
			)

	def refuse_foreign_accounts(self):
		for fieldname in ("cashier_account", "till_float_account"):
			account = self.get(fieldname)
			known = account and frappe.get_cached_value(
				"Account", account, ["company", "is_group"], as_dict=True
			)
			if known and (known.company != self.company or known.is_group):
				refuse(
					_("{0} is no ledger account of {1} (CASH-01).").format(
						frappe.bold(account), frappe.bold(self.company)
					)
				)

	def refuse_when_used(self):
		if frappe.db.exists("Front Desk Shift", {"counter": self.name}):
			refuse(
				_("The counter {0} had shifts; disable it instead (CASH-01).").format(frappe.bold(self.name))
			)


def free_code() -> str:
	"""The next two-digit number that no counter has."""
	taken = set(frappe.get_all("Front Desk Counter", pluck="counter_code", order_by="name"))
	number = 1
	while f"{number:02d}" in taken:
		number += 1
	return f"{number:02d}"


def cost_center(counter: str) -> str | None:
	"""Where the counter's takings belong: its department's cost centre, else the company's."""
	known = frappe.get_cached_value("Front Desk Counter", counter, ["company", "department"], as_dict=True)
	own = known.department and frappe.get_cached_value("Department", known.department, "cost_center")
	row = settings.company_row(known.company)
	return (
		own
		or (row.cost_center if row else None)
		or frappe.get_cached_value("Company", known.company, "cost_center")
	)


def locked(counter: str) -> frappe._dict:
	"""The counter's row, locked: the first lock of whatever opens a till or hands it over.

	Raises frappe.ValidationError for a counter that is not there or disabled.
	"""
	row = frappe.db.get_value(
		"Front Desk Counter", counter, ["name", "company", "disabled"], as_dict=True, for_update=True
	)
	if not row:
		refuse(_("There is no counter {0}.").format(frappe.bold(frappe.utils.escape_html(str(counter)[:60]))))
	if row.disabled:
		refuse(_("The counter {0} is disabled (CASH-01). Choose another one.").format(frappe.bold(row.name)))
	return row
