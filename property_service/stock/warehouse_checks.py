"""How the safety checks of warehouses stand today (WH-15). A check of a store counts for all its zones."""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.utils import getdate, nowdate

from property_service.rules import warehouse_check as rules
from property_service.stock import stores

DOCTYPE = "Warehouse Check"
PASSED = rules.PASSED


def states(warehouses: Iterable[str], storage_classes: Iterable[str]) -> dict[tuple[str, str], str]:
	"""(warehouse, class) -> Passed, Failed, Overdue or Never Checked. One statement, none for no warehouse."""
	warehouses, storage_classes = sorted(set(warehouses)), sorted(set(storage_classes))
	if not (warehouses and storage_classes):
		return {}
	places = {name: {name, stores.store_of(name)} - {None} for name in warehouses}
	last = last_checks({place for names in places.values() for place in names}, storage_classes)
	today = getdate(nowdate())
	return {
		(name, storage_class): rules.state(newest(last, places[name], storage_class), today)
		for name in warehouses
		for storage_class in storage_classes
	}


def newest(last: dict, places: set[str], storage_class: str) -> rules.Check | None:
	"""Of the checks of a warehouse and of its store, the one made last."""
	found = [last[(place, storage_class)] for place in places if (place, storage_class) in last]
	return max(found, key=lambda entry: entry[0])[1] if found else None


def last_checks(
	places: set[str], storage_classes: list[str]
) -> dict[tuple[str, str], tuple[tuple, rules.Check]]:
	"""(place, class) -> (when, check): the last submitted one of each."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={
			"warehouse": ("in", sorted(places)),
			"storage_class": ("in", storage_classes),
			"docstatus": 1,
		},
		fields=["warehouse", "storage_class", "checked_on", "creation", "result", "next_check_on"],
		order_by="checked_on asc, creation asc",
	)
	return {
		(row.warehouse, row.storage_class): (
			(row.checked_on, row.creation),
			rules.Check(row.result == rules.PASSED, _day(row.next_check_on)),
		)
		for row in rows
	}


def _day(value: object) -> date:
	return getdate(value)


def shown(warehouse: str) -> dict[str, str]:
	"""Class -> state, for every class that may lie in a zone; of a store, the worst of its zones."""
	names = stores.warehouses(warehouse) or ([warehouse] if stores.place_of(warehouse) else [])
	found: dict[str, str] = {}
	by_class = {name: stores.permitted_classes(name) for name in names}
	known = states(names, {kind for classes in by_class.values() for kind in classes})
	for name, classes in by_class.items():
		for storage_class in classes:
			state = known[(name, storage_class)]
			found[storage_class] = rules.worse(found.get(storage_class, state), state)
	return found
