"""Warehouse: what may lie in it, and which zone of which store it is (WH-14, WH-15)."""

import frappe
from frappe.model.document import Document

from property_service import request_memory
from property_service.guards import procedure_is_on
from property_service.refusals import stop
from property_service.rules import stock_zones as zones
from property_service.rules import stores as rules
from property_service.stock import movements, stock_months, stores, warehouse_checks
from property_service.tools import renaming

# What decides which moves stay inside a store.
PLACE = ("parent_warehouse", "warehouse_type")


def onload(doc: Document, method: str | None = None) -> None:
	"""The form shows how the checks of the warehouse stand."""
	if procedure_is_on("stores", doc.company):
		doc.set_onload("warehouse_checks", warehouse_checks.shown(doc.name))


def validate(doc: Document, method: str | None = None) -> None:
	if procedure_is_on("stores", doc.company):
		classes = [row.storage_class for row in doc.get("permitted_storage_classes") or []]
		stop(rules.refuse_classes(classes), context="Warehouse Storage Class")
		check_place(doc)
		if not doc.is_new() and set(classes) != set(stores.permitted_classes(doc.name)):
			movements.check_warehouse_classes(doc.name, classes)


def on_update(doc: Document, method: str | None = None) -> None:
	request_memory.forget()
	if any(doc.has_value_changed(name) for name in PLACE):
		stock_months.mark_warehouse(doc.name)


def on_trash(doc: Document, method: str | None = None) -> None:
	"""A warehouse that may be deleted has no postings, hence nothing that these rows could tell."""
	request_memory.forget()
	frappe.db.delete(stock_months.DOCTYPE, {"warehouse": doc.name})
	renaming.forget("Warehouse", doc.name)


def check_place(doc: Document) -> None:
	"""A zone with goods stays that zone of that store, and a warehouse with goods does not become one."""
	if doc.is_new() or not any(doc.has_value_changed(name) for name in PLACE):
		return
	store, zone = doc.parent_warehouse, stores.zone_types().get(doc.warehouse_type)
	becomes = zones.Spot(doc.name, zone, store) if zone and store else zones.Spot(doc.name)
	stop(zones.refuse_other_place(movements.spot(doc.name), becomes, movements.items_in(doc.name)))


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Two warehouses become one: the months of the first would stand in the way of those of the second."""
	if merge:
		renaming.refuse_merging("Warehouse", old)
		if procedure_is_on("stores", doc.company):
			stop(zones.refuse_merging(movements.spot(old), movements.spot(new)))
			movements.check_warehouse_classes(old, stores.permitted_classes(new))
		frappe.db.delete(stock_months.DOCTYPE, {"warehouse": old})


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	request_memory.forget()
	renaming.follow("Warehouse", new)
	if merge and procedure_is_on("stores", doc.company):
		stock_months.mark_everything(doc.company)
