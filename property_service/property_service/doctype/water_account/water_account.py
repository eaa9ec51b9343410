"""Water Account: who gets drinking water, and how many empties are out (DESK-06).

The row that every delivery locks before its order. Lock order: Service Order → Water Account → Drinking Water Order.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, now

from property_service.guards import refuse, restore_server_fields
from property_service.refusals import stop
from property_service.rules import water as rules
from property_service.rules.refusal import Refusal
from property_service.sent_values import CheckedValues

FIELDS = ("name", "holder", "empties_out", "pays_monthly")


class WaterAccount(CheckedValues, Document):
	def autoname(self) -> None:
		self.name = name_of(self.company, self.customer, self.property_unit)

	def before_validate(self) -> None:
		restore_server_fields(self, ("holder", "empties_out"))
		if self.customer:
			self.property_unit = None
		self.holder = title_of(self.customer, self.property_unit)
		if self.is_new():
			self.empties_out = cint(self.empties_at_start)
		if not self.customer:
			self.pays_monthly = 0

	def on_trash(self) -> None:
		refuse(_("A water account stays: it holds the empties that are out (DESK-06)."))


def name_of(company: str, customer: str | None, property_unit: str | None) -> str:
	"""One account per holder and company. Raises ValidationError without a holder."""
	if not (customer or property_unit):
		stop(Refusal(rules.NO_HOLDER))
	return f"{customer or property_unit}-{frappe.get_cached_value('Company', company, 'abbr')}"


def title_of(customer: str | None, property_unit: str | None) -> str:
	if customer:
		return frappe.get_cached_value("Customer", customer, "customer_name") or customer
	return frappe.get_cached_value("Property Unit", property_unit, "unit_name") or property_unit or ""


def lock_for(company: str, customer: str | None, property_unit: str | None) -> frappe._dict:
	"""The account's row, locked until commit; made for a holder who orders for the first time."""
	name = name_of(company, customer, property_unit)
	if not frappe.db.exists("Water Account", name):
		_make(name, company, customer, None if customer else property_unit)
	return lock(name)


def _make(name: str, company: str, customer: str | None, property_unit: str | None) -> None:
	"""Two clerks may make it at once: the second then holds the first one's row, exclusively, and changes nothing."""
	table = frappe.qb.DocType("Water Account")
	time, user = now(), frappe.session.user
	(
		frappe.qb.into(table)
		.columns(table.name, table.creation, table.modified, table.owner, table.modified_by)
		.columns(table.company, table.customer, table.property_unit, table.holder)
		.insert(
			*(name, time, time, user, user),
			*(company, customer, property_unit, title_of(customer, property_unit)),
		)
		.on_duplicate_key_update(table.name, name)
		.run()
	)


def lock(name: str) -> frappe._dict:
	return frappe.db.get_value("Water Account", name, FIELDS, as_dict=True, for_update=True)


def set_empties(account: frappe._dict, empties_out: int) -> None:
	"""The caller has locked the account."""
	frappe.db.set_value("Water Account", account.name, "empties_out", empties_out)
