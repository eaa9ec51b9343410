"""Where things lie: a store is a parent warehouse, its zones are the warehouses right below it (WH-14).

Everything else asks here, so that no other code reads the tree or a warehouse type. A zone is a warehouse whose type
the settings map to one; a warehouse without such a type is outside the procedure (`outside`).
"""

from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import get_link_to_form
from frappe.utils.caching import request_cache

from property_service import settings
from property_service.guards import refuse, require_company
from property_service.rules import stores as rules


class Place(NamedTuple):
	"""A zone warehouse: in which store and company, and what it is there for."""

	warehouse: str
	store: str
	company: str
	zone: str


# ---- one warehouse -----------------------------------------------------------------------------------------------


def place_of(warehouse: str | None) -> Place | None:
	"""The zone that `warehouse` is, None for one outside the procedure."""
	return _places().get(warehouse) if warehouse else None


def zone_of(warehouse: str | None) -> str | None:
	place = place_of(warehouse)
	return place.zone if place else None


def store_of(warehouse: str | None) -> str | None:
	place = place_of(warehouse)
	return place.store if place else None


def is_store(warehouse: str | None) -> bool:
	return any(place.store == warehouse for place in _places().values())


def permitted_classes(warehouse: str) -> tuple[str, ...]:
	"""Storage classes that may lie in `warehouse` (WH-15), in the order of its list."""
	return _permitted().get(warehouse, ())


# ---- a store and a company ---------------------------------------------------------------------------------------


def stores(company: str) -> list[str]:
	"""The stores of `company`, in the order of the warehouse tree."""
	return list(dict.fromkeys(place.store for place in _places().values() if place.company == company))


def store_company(store: str) -> str | None:
	return next((place.company for place in _places().values() if place.store == store), None)


def warehouses(store: str | None = None, zone: str | None = None, company: str | None = None) -> list[str]:
	"""Zone warehouses of a store or company, of one zone or all; in the order of the warehouse tree."""
	return [
		place.warehouse
		for place in _places().values()
		if (store is None or place.store == store)
		and (zone is None or place.zone == zone)
		and (company is None or place.company == company)
	]


def zone_warehouse(store: str, zone: str, storage_class: str | None = None) -> str:
	"""The warehouse of `store` that is `zone`; with `storage_class`, one in which such goods may lie.

	Raises frappe.ValidationError that names what the store lacks (ORG-06).
	"""
	found = warehouses(store, zone)
	if storage_class is not None:
		found = [w for w in found if rules.may_lie(storage_class, permitted_classes(w))]
	if found:
		return found[0]
	link = get_link_to_form("Warehouse", store, store)
	if storage_class is None:
		refuse(
			_(
				"The store {0} has no {1} (WH-14). Add a warehouse below it and give it the warehouse type of that zone."
			).format(link, frappe.bold(_(rules.TITLES[zone])))
		)
	refuse(
		_(
			"The store {0} has no {1} that may hold {2} (WH-15). Permit that class in one of its warehouses, or choose another store."
		).format(
			link,
			frappe.bold(_(rules.TITLES[zone])),
			frappe.bold(_(storage_class or rules.GENERAL, context="Warehouse Storage Class")),
		)
	)


def outside(company: str) -> list[str]:
	"""Warehouses of `company` that belong to no store: until set-up gives them a type, the procedure ignores them."""
	known = _places()
	names = frappe.get_all(
		"Warehouse",
		filters={"company": company, "is_group": 0, "disabled": 0},
		pluck="name",
		order_by="lft",
	)
	return [name for name in names if name not in known]


def monthly_budget(store: str) -> float:
	"""The figure of the settings for a store, in company currency; 0 where none is given (WH-06)."""
	return next((row.monthly_budget for row in settings.get().get("stores") if row.store == store), 0)


# ---- zones and types ---------------------------------------------------------------------------------------------


def zone_types() -> dict[str, str]:
	"""Warehouse type -> zone, as the settings map them."""
	return {row.warehouse_type: row.zone for row in settings.get().get("stock_zones") if row.warehouse_type}


def warehouse_type(zone: str) -> str | None:
	return next((name for name, mapped in zone_types().items() if mapped == zone), None)


# ---- reading the tree --------------------------------------------------------------------------------------------


@request_cache
def _places() -> dict[str, Place]:
	types = zone_types()
	if not types:
		return {}
	child, store = frappe.qb.DocType("Warehouse"), frappe.qb.DocType("Warehouse").as_("store")
	rows = (
		frappe.qb.from_(child)
		.join(store)
		.on(store.name == child.parent_warehouse)
		.select(child.name, store.name.as_("store"), child.company, child.warehouse_type)
		.where(child.warehouse_type.isin(list(types)) & (child.is_group == 0))
		.orderby(child.lft)
		.run()
	)
	return {name: Place(name, parent, company, types[kind]) for name, parent, company, kind in rows}


@request_cache
def _permitted() -> dict[str, tuple[str, ...]]:
	row = frappe.qb.DocType("Warehouse Storage Class")
	found: dict[str, list[str]] = {}
	for warehouse, name in (
		frappe.qb.from_(row)
		.select(row.parent, row.storage_class)
		.where(row.parenttype == "Warehouse")
		.orderby(row.parent, row.idx)
		.run()
	):
		found.setdefault(warehouse, []).append(name)
	return {warehouse: tuple(names) for warehouse, names in found.items()}


# ---- what screens ask --------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET", "POST"])
def default_store(company: str) -> str | None:
	"""The store that a screen begins with: the settings', else the first one. Empty without rights on warehouses."""
	if not frappe.has_permission("Warehouse", "select"):
		return None
	require_company(company)
	row = settings.company_row(company)
	return (row and row.default_store) or next(iter(stores(company)), None)


@frappe.whitelist(methods=["GET", "POST"])
@frappe.validate_and_sanitize_search_inputs
def store_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list[tuple[str, str]]:
	"""Link query: the stores of a company whose name holds `txt`."""
	company = (filters or {}).get("company")
	names = list(
		dict.fromkeys(
			place.store for place in _places().values() if company is None or place.company == company
		)
	)
	titles = dict(
		frappe.get_list(
			"Warehouse",
			filters={"name": ("in", names or [""])},
			fields=["name", "warehouse_name"],
			order_by="lft",
			as_list=True,
		)
	)
	found = [(name, title) for name, title in titles.items() if txt.lower() in f"{name} {title}".lower()]
	return found[start : start + page_len]
