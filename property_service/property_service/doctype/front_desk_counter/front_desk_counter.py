import frappe
from frappe import _
from frappe.model.document import Document

from property_service.guards import refuse
from property_service.sent_values import CheckedValues


class FrontDeskCounter(CheckedValues, Document):
	"""A place at the front desk with a till of its own (柜台, CASH-01)."""

	def validate(self):
		self.refuse_foreign_department()

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
