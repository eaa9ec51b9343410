"""Warehouse Check: the safety points of the procedure, looked at in a warehouse for a class (4.5.1, 4.5.5; WH-15).

See README.md. An overdue or failed check shows on the warehouse and blocks new flammable receipts.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, now_datetime

from property_service import settings
from property_service.guards import refuse, require_procedure, restore_server_fields
from property_service.refusals import stop
from property_service.rules import warehouse_check as rules
from property_service.rules.stores import STORAGE_CLASSES
from property_service.sent_values import CheckedValues
from property_service.stock import stores

SERVER_FIELDS = ("company", "result", "checked_on", "checked_by", "next_check_on")


class WarehouseCheck(CheckedValues, Document):
	def before_validate(self) -> None:
		restore_server_fields(self, SERVER_FIELDS)
		self.company = frappe.db.get_value("Warehouse", self.warehouse, "company")
		self.fill_points()

	def validate(self) -> None:
		require_procedure("stores", self.company)
		self.check_place()

	def before_submit(self) -> None:
		answers = [rules.Answer(row.idx, row.result, row.remark) for row in self.points]
		stop(rules.refuse_answers(answers))
		self.result = rules.result(answers)
		self.checked_on, self.checked_by = now_datetime(), frappe.session.user
		self.next_check_on = rules.next_on(getdate(), cint(settings.get().warehouse_check_days))

	def on_trash(self) -> None:
		refuse(
			_("Checks are kept (WH-15). A draft stays; a wrong check is cancelled by the finance manager.")
		)

	# ---- steps -------------------------------------------------------------------------------------------------

	def fill_points(self) -> None:
		"""Every point of the procedure, with the answers given; points that a company adds stand below them."""
		if self.storage_class not in STORAGE_CLASSES:
			return
		wanted = points_of(self.storage_class)
		answers = {row.point: {"result": row.result, "remark": row.remark} for row in self.points}
		added = [point for point in answers if point and point not in wanted]
		if not self.is_new() and self.has_value_changed("storage_class"):
			added, answers = [], {}
		self.set("points", [])
		for point in (*wanted, *added):
			self.append("points", {"point": point, **answers.get(point, {})})

	def check_place(self) -> None:
		"""A zone that may hold the class, or a store with one that may."""
		zones = stores.warehouses(self.warehouse) or [self.warehouse]
		if any(self.storage_class in stores.permitted_classes(zone) for zone in zones):
			return
		refusal = rules.Refusal(rules.NOT_KEPT_THERE, (self.storage_class, self.warehouse))
		stop(refusal, context="Warehouse Storage Class")


def points_of(storage_class: str) -> list[str]:
	"""The points in the language of the site: they are kept as text, and read the same for everybody."""
	language = frappe.db.get_default("lang") or "en"
	return [_(point, lang=language) for point in rules.points(storage_class)]


def on_doctype_update() -> None:
	frappe.db.add_index("Warehouse Check", ["warehouse", "storage_class", "docstatus"])


# ---- what the form calls -------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def points(storage_class: str) -> list[str]:
	"""The points to be answered for a class; empty for what is no class."""
	frappe.has_permission("Warehouse Check", "read", throw=True)
	return points_of(storage_class) if storage_class in STORAGE_CLASSES else []
