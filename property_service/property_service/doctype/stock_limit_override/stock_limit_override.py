"""Stock Limit Override: a limit set by hand for an item of a store, with a reason and an end (procedure 4.1.1 b; WH-02)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate

from property_service.guards import refuse, require_procedure
from property_service.refusals import stop
from property_service.rules import stock_limit as rules
from property_service.sent_values import CheckedValues
from property_service.stock import stores

DOCTYPE = "Stock Limit Override"
# What it says of the past does not change: plans were made by it.
FROZEN = ("item_code", "store", "stock_limit", "valid_from")


class StockLimitOverride(CheckedValues, Document):
	def validate(self) -> None:
		self.check_store()
		self.refuse_change_of_the_past()
		self.refuse_overlap()

	def check_store(self) -> None:
		self.company = frappe.db.get_value("Warehouse", self.store, "company")
		require_procedure("stores", self.company)
		if not stores.is_store(self.store):
			refuse(
				_("{0} is no store: choose the parent warehouse of its zones (WH-14).").format(
					frappe.bold(frappe.utils.escape_html(self.store))
				)
			)

	def refuse_change_of_the_past(self) -> None:
		"""A limit that has begun may only end earlier or later, not have been another one."""
		before = self.get_doc_before_save()
		if not before or getdate(before.valid_from) > getdate(nowdate()):
			return
		changed = [name for name in FROZEN if self.has_value_changed(name)]
		if changed or getdate(self.valid_until) < min(getdate(before.valid_until), getdate(nowdate())):
			refuse(
				_(
					"Plans were made by this limit: let it end today at the earliest, and enter another one (WH-02)."
				)
			)

	def refuse_overlap(self) -> None:
		"""The item's row is the lock: two who enter a limit for it at once see each other's."""
		frappe.db.get_value("Item", self.item_code, "name", for_update=True)
		table = frappe.qb.DocType(DOCTYPE)
		others = (
			frappe.qb.from_(table)
			.select(table.name, table.valid_from, table.valid_until)
			.where((table.item_code == self.item_code) & (table.store == self.store))
			.where(table.name != (self.name or ""))
			.orderby(table.valid_from)
			.for_update()
			.run()
		)
		stop(
			rules.refuse_override(
				rules.exact(flt(self.stock_limit)),
				self.reason,
				getdate(self.valid_from),
				getdate(self.valid_until),
				[rules.Override(*row) for row in others],
			)
		)

	def on_trash(self) -> None:
		refuse(_("A limit is never deleted; let it end today instead (WH-02)."))


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["store", "valid_until"])
