"""The stores of the tests: the cast's company uses the procedure, has stores with zones, a supplier and past years.

`set_up_stores` makes what is there for the whole session (fixture `stores`); the functions below make what one test needs,
as the current user, with the least that is valid.
"""

import contextlib
from dataclasses import dataclass, field
from unittest import mock

import frappe
from frappe.utils import add_months, getdate, nowdate

from property_service import settings
from property_service.rules import stores as rules
from property_service.stock import stock_months
from property_service.stock import stores as places

SUPPLIER = "顺达五金商行"
ITEM_GROUP = "仓库物资"
YEARS_BACK = 3
# Companies whose procedure is on in the present file of tests: what clears up after a test leaves it on.
IN_USE: set[str] = set()


@dataclass
class Stores:
	"""Where a test looks up names: `stores.store`, `stores.zone("Nonconforming")`, `stores.cost_center`."""

	company: str
	store: str
	flammables: str
	supplier: str
	item_group: str
	cost_center: str
	uom: str
	warehouses: dict[tuple[str, str], str] = field(default_factory=dict)

	def zone(self, zone: str = rules.QUALIFIED, store: str | None = None) -> str:
		return self.warehouses[(store or self.store, zone)]

	@property
	def outside(self) -> str:
		"""A warehouse that lies in no store: the first that ERPNext made with the company, whatever it calls it."""
		filters = {"company": self.company, "is_group": 0, "warehouse_type": ("is", "not set")}
		return frappe.db.get_value("Warehouse", filters, order_by="creation")


# ---- once per site -----------------------------------------------------------------------------------------------


def set_up_stores(cast) -> Stores:
	"""Switches the procedure on for the cast's company; a second session finds everything there."""
	make_fiscal_years()
	switch(cast.company, on=True)
	store, flammables = places.stores(cast.company)[:2]
	stores = Stores(
		company=cast.company,
		store=store,
		flammables=flammables,
		supplier=make_supplier(),
		item_group=make_item_group(),
		cost_center=frappe.get_cached_value("Company", cast.company, "cost_center"),
		uom=frappe.db.get_single_value("Stock Settings", "stock_uom"),
		warehouses={
			(place.store, place.zone): place.warehouse
			for place in map(places.place_of, places.warehouses(company=cast.company))
		},
	)
	for department in cast.departments.values():
		frappe.db.set_value("Department", department, "cost_center", stores.cost_center)
	return stores


def switch(company: str, on: bool) -> None:
	doc = frappe.get_doc(settings.DOCTYPE)
	row = next(row for row in doc.companies if row.company == company)
	# the order of the month end is the matter of its own tests (WH-30); others plan whenever they like
	if bool(row.stores) != on or doc.plan_after_count:
		row.stores = int(on)
		doc.plan_after_count = 0
		doc.save()
	(IN_USE.add if on else IN_USE.discard)(company)


def make_fiscal_years() -> None:
	"""History reaches back; ERPNext refuses postings outside its fiscal years."""
	this_year = getdate(nowdate()).year
	for year in range(this_year - YEARS_BACK, this_year + 2):
		first, last = f"{year}-01-01", f"{year}-12-31"
		if not frappe.db.exists("Fiscal Year", {"year_start_date": first, "year_end_date": last}):
			frappe.get_doc(
				{
					"doctype": "Fiscal Year",
					"year": str(year),
					"year_start_date": first,
					"year_end_date": last,
				}
			).insert()


def make_supplier() -> str:
	return (
		frappe.db.exists("Supplier", {"supplier_name": SUPPLIER})
		or frappe.get_doc({"doctype": "Supplier", "supplier_name": SUPPLIER}).insert().name
	)


def make_item_group() -> str:
	root = frappe.db.get_value("Item Group", {"is_group": 1, "parent_item_group": ("is", "not set")})
	return (
		frappe.db.exists("Item Group", ITEM_GROUP)
		or frappe.get_doc({"doctype": "Item Group", "item_group_name": ITEM_GROUP, "parent_item_group": root})
		.insert()
		.name
	)


# ---- masters of one test -----------------------------------------------------------------------------------------


def item_values(**values) -> dict:
	return {
		"doctype": "Item",
		"item_code": f"T-{frappe.generate_hash(length=8)}",
		"item_name": "日光灯管",
		"item_group": ITEM_GROUP,
		"stock_uom": frappe.db.get_single_value("Stock Settings", "stock_uom"),
		"is_stock_item": 1,
		"stock_class": rules.DAILY_CONSUMABLE,
		"storage_class": rules.GENERAL,
		"specification": "T8 18W",
		"certificate_exempt": 1,
		"certificate_exempt_reason": "散装",
		**values,
	}


def item(**values):
	"""An item nobody else moves; always made by the Administrator, because masters are not what tests are about."""
	with administrator():
		return frappe.get_doc(item_values(**values)).insert()


def unit(name: str) -> str:
	"""A unit whose quantities are whole numbers; stays for the next test."""
	if not frappe.db.exists("UOM", name):
		with administrator():
			frappe.get_doc({"doctype": "UOM", "uom_name": name, "must_be_whole_number": 1}).insert()
	return name


def store(company: str, title: str | None = None, classes=None) -> str:
	"""A store of its own with all zones; `classes`: what may lie in it (default: all but flammable goods)."""
	classes = classes or [name for name in rules.STORAGE_CLASSES if name != rules.FLAMMABLE]
	title = title or f"仓库 {frappe.generate_hash(length=6)}"
	root = frappe.db.get_value(
		"Warehouse", {"company": company, "is_group": 1, "parent_warehouse": ("is", "not set")}
	)
	with administrator():
		parent = warehouse(company, title, parent_warehouse=root, is_group=1)
		for zone in rules.ZONES:
			warehouse(
				company,
				f"{title} {zone}",
				parent_warehouse=parent,
				warehouse_type=places.warehouse_type(zone),
				is_rejected_warehouse=int(zone == rules.NONCONFORMING),
				permitted_storage_classes=[{"storage_class": name} for name in classes],
			)
	return parent


def warehouse(company: str, title: str, **values) -> str:
	values = {"doctype": "Warehouse", "warehouse_name": title, "company": company, **values}
	return frappe.get_doc(values).insert().name


# ---- stock and history -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def administrator():
	user = frappe.session.user
	frappe.set_user("Administrator")
	try:
		yield
	finally:
		frappe.set_user(user)


@contextlib.contextmanager
def before_the_procedure():
	"""What is posted inside was there when the company switched the procedure on. Only this process is concerned."""
	real = settings.company_row
	frappe.flags.before_the_procedure = True

	def without_stores(company):
		row = real(company)
		return frappe._dict({**row.as_dict(), "stores": 0}) if row else None

	with mock.patch.object(settings, "company_row", without_stores), administrator():
		yield


def put_in(item_code: str, warehouse: str, qty: float, rate: float = 10, posting_date: object = None):
	"""Opening stock, as if it had been there before; a Stock Entry of ERPNext."""
	return post("Material Receipt", item_code, qty, posting_date, t_warehouse=warehouse, basic_rate=rate)


def take_out(item_code: str, warehouse: str, qty: float, posting_date: object = None):
	"""Consumption of the time before the procedure: it counts as an issue."""
	return post("Material Issue", item_code, qty, posting_date, s_warehouse=warehouse)


def post(purpose: str, item_code: str, qty: float, posting_date: object = None, **line):
	with before_the_procedure():
		place = line.get("t_warehouse") or line.get("s_warehouse")
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": purpose,
				"purpose": purpose,
				"company": frappe.get_cached_value("Warehouse", place, "company"),
				"set_posting_time": 1,
				"posting_date": posting_date or nowdate(),
				"posting_time": "00:00:01",
				"items": [{"item_code": item_code, "qty": qty, **line}],
			}
		)
		entry.insert()
		entry.submit()
	for row in frappe.get_all(
		"Stock Ledger Entry",
		filters={"voucher_no": entry.name},
		fields=["warehouse", "item_code", "posting_date"],
		order_by="name",
	):
		stock_months.touch(entry.company, row.warehouse, row.item_code, row.posting_date)
	return entry


def months_ago(months: int, day: int = 10) -> str:
	"""A day of the month that lies `months` before this one."""
	return str(getdate(add_months(getdate(nowdate()).replace(day=1), -months)).replace(day=day))
