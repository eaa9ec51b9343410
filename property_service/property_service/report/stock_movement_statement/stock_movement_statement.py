"""Stock Movement Statement (库存物品进耗存表): opening, in, out, closing, tied to both ledgers (procedure 4.8.3 a; WH-29)."""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe import _
from frappe.utils import nowdate
from frappe.utils.nestedset import get_descendants_of

from property_service.guards import require_procedure
from property_service.rules import movement_statement as rules
from property_service.sent_values import day
from property_service.stock import limits, movement_statement, pending_differences, stock_months, stores
from property_service.stock.movement_statement import GROUP, ITEM, MONTH, WAREHOUSE, Lines, Scope, Statement

DIMENSIONS = (ITEM, GROUP, WAREHOUSE, MONTH)
MOST_MONTHS = 36
CONTEXT = "Stock Movement Statement"  # some of its words have another Chinese elsewhere


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	scope, by = scope_of(filters), filters.group_by or ITEM
	statement = Statement(scope)
	only = wanted_items(filters)
	found = statement.lines(by, only)
	total = statement.total(found, by)
	untied = statement.untied(found, by, only)  # before the lines are dressed
	rows = list(lines(statement, found, by))
	if by == ITEM and filters.store:
		add_limits(rows, filters.store)
	data = [*rows, total_row(total, found), tie_row(scope, untied)]
	return columns(by, bool(filters.store)), data, warning(scope.company, data[-1]), None, summary(total)


# ---- the question ------------------------------------------------------------------------------------------------


def scope_of(filters: frappe._dict) -> Scope:
	"""Raises ValidationError for a bad period or place, PermissionError for those who do not see the stores."""
	frappe.has_permission("Bin", "report", throw=True)
	if (filters.group_by or ITEM) not in DIMENSIONS:
		frappe.throw(_("Choose one of the groupings offered."))
	if not isinstance(filters.company, str) or not frappe.db.exists("Company", filters.company):
		frappe.throw(_("Choose the company of the stores."))
	frappe.has_permission("Company", "read", filters.company, throw=True)
	require_procedure("stores", filters.company)
	first, last = month(filters.from_month), month(filters.to_month)
	months = (last.year - first.year) * 12 + last.month - first.month + 1
	if not 0 < months <= MOST_MONTHS:
		frappe.throw(_("The period ends before it begins or is longer than three years."))
	return Scope(filters.company, tuple(warehouses(filters)), first, last, zone_moves=bool(filters.warehouse))


def month(value: object) -> date:
	"""The first day of a month that is written as 2026-11 or as one of its days; this month when empty."""
	if not value:
		return stock_months.month_of(nowdate())
	text = str(value)
	found = day(f"{text}-01" if len(text) == len("2026-11") else text)
	if not found:
		frappe.throw(
			_("{0} is no month: write it as 2026-11.").format(frappe.utils.escape_html(str(value)[:20]))
		)
	return found.replace(day=1)


def warehouses(filters: frappe._dict) -> list[str]:
	if filters.warehouse:
		place = stores.place_of(filters.warehouse) if isinstance(filters.warehouse, str) else None
		if not place or place.company != filters.company or filters.store not in (None, "", place.store):
			frappe.throw(_("Choose a zone of one of the company's stores (WH-14)."))
		frappe.has_permission("Warehouse", "read", place.warehouse, throw=True)
		return [place.warehouse]
	if filters.store and filters.store not in stores.stores(filters.company):
		frappe.throw(_("Choose the store: the parent warehouse of its zones (WH-14)."))
	frappe.has_permission("Warehouse", "read", throw=True)
	return stores.warehouses(filters.store or None, company=filters.company)


def wanted_items(filters: frappe._dict) -> list[str] | None:
	if filters.item_code:
		return [str(filters.item_code)]
	if not filters.item_group:
		return None
	below = get_descendants_of(
		"Item Group",
		filters.item_group,
		ignore_permissions=True,  # names of groups alone; which lines are shown was asked before
	)
	return frappe.get_all(
		"Item", filters={"item_group": ("in", [filters.item_group, *below])}, pluck="name", order_by="name"
	)


# ---- lines -------------------------------------------------------------------------------------------------------


def lines(statement: Statement, found: Lines, by: str) -> Iterator[dict]:
	words: dict[str, str] = {}
	for key in sorted(found.figures, key=str):
		row = found.figures[key]
		if by == ITEM:
			item = statement.items[key]
			unit = words.get(item.stock_uom) or words.setdefault(item.stock_uom, _(item.stock_uom))
			row.update(item._asdict(), stock_uom=unit)
		else:
			row["heading"] = f"{key:%Y-%m}" if by == MONTH else key
			hide_mixed(row, found.uoms[key])
		row["closing_rate"] = rate(row)
		yield row


def hide_mixed(row: dict, uoms: set[str]) -> None:
	"""Pieces and litres are not added up; values are."""
	row["stock_uom"] = _(next(iter(uoms))) if len(uoms) == 1 else ""
	if len(uoms) != 1:
		for name in [name for name in row if name.endswith("_qty")]:
			row[name] = None


def rate(row: dict) -> float | None:
	quantity = row["closing_qty"]
	return round(row["closing_value"] / quantity, 4) if quantity else None


def add_limits(rows: list[dict], store: str) -> None:
	"""The limit of the sheet's last column (WH-02)."""
	found = {status.item_code: status.limit for status in limits.statuses(store)}
	for row in rows:
		row["stock_limit"] = float(found.get(row["item_code"], 0))


def total_row(total: dict, found: Lines) -> dict:
	row = {
		**total,
		"item_code": _("Sum of the Sheet"),
		"heading": _("Sum of the Sheet"),
		"is_total": 1,
		"bold": 1,
	}
	hide_mixed(row, set().union(*found.uoms.values()))
	return row


def tie_row(scope: Scope, untied: list[rules.Untied]) -> dict:
	"""The last line: whether all of this ties to the ledgers, whatever items are shown."""
	return {
		"is_tie": 1,
		"ties": int(not untied),
		**dict.fromkeys(("item_code", "heading"), tie_text(scope, untied)),
	}


def tie_text(scope: Scope, untied: list[rules.Untied]) -> str:
	if untied:
		return " ".join(untied_text(one) for one in untied)
	return _(rules.TIES) if movement_statement.keeps_stock_accounts(scope.company) else _(rules.TIES_TO_STOCK)


def warning(company: str, tie: dict) -> str | None:
	"""Above the sheet: what does not tie, because a long sentence does not fit its last line, and what counts left open."""
	found = [None if tie["ties"] else tie["heading"], pending_differences.note(company)]
	lines = [f'<b class="text-danger">{frappe.utils.escape_html(text)}</b>' for text in found if text]
	return "<br>".join(lines) or None


def untied_text(one: rules.Untied) -> str:
	words = groups()
	words |= {"zone_in": words["other_in"], "zone_out": words["other_out"]}

	def place(difference: rules.Difference) -> str:
		parts = [
			f"{part:%Y-%m}" if isinstance(part, date) else words.get(part, part) for part in difference.place
		]
		amounts = [f"{difference.value:+.2f}"]
		if difference.qty is not None:
			amounts.insert(0, f"{difference.qty:+.3f}")
		return f"{' · '.join(parts)} {' / '.join(amounts)}"

	named = "; ".join(place(difference) for difference in one.named) + ("; …" if one.has_more else "")
	return _(one.message).format(*one.values, named)


# ---- columns -----------------------------------------------------------------------------------------------------


def columns(by: str, with_limit: bool) -> list[dict]:
	def column(label: str, fieldname: str, fieldtype: str = "Float", width: int = 90, **more) -> dict:
		return {"label": label, "fieldname": fieldname, "fieldtype": fieldtype, "width": width, **more}

	def pair(label: str, name: str) -> list[dict]:
		return [
			column(_("{0} Qty").format(label), f"{name}_qty"),
			column(_("{0} Value").format(label), f"{name}_value", width=105, precision=2),
		]

	heads = {
		GROUP: column(_("Item Group"), "heading", "Data", 180),
		WAREHOUSE: column(_("Warehouse"), "heading", "Data", 220),
		MONTH: column(_("Month"), "heading", "Data", 100),
	}
	head = (
		[
			column(_("Item"), "item_code", "Data", 140),
			column(_("Item Name", context="Stock Limit Override"), "item_name", "Data", 150),
			column(_("Specification"), "specification", "Data", 110),
		]
		if by == ITEM
		else [heads[by]]
	)
	found = [*head, column(_("Unit"), "stock_uom", "Data", 60)]
	for name, label in groups().items():
		found += pair(label, name)
	if by == ITEM:
		found.append(column(_("Closing Rate"), "closing_rate", precision=4))
		if with_limit:
			found.append(column(_("Stock Limit"), "stock_limit"))
	return found


def groups() -> dict[str, str]:
	"""Column -> what stands above it, from left to right."""
	return {
		"opening": _("Opening", context=CONTEXT),
		"purchase": _("Purchased", context=CONTEXT),
		"returned": _("Returned", context=CONTEXT),
		"surplus": _("Surplus", context=CONTEXT),
		"other_in": _("Other In", context=CONTEXT),
		"in": _("All In", context=CONTEXT),
		"issue": _("Issued", context=CONTEXT),
		"direct_issue": _("Directly Issued", context=CONTEXT),
		"scrap": _("Scrapped", context=CONTEXT),
		"shortage": _("Shortage", context=CONTEXT),
		"other_out": _("Other Out", context=CONTEXT),
		"out": _("All Out", context=CONTEXT),
		"closing": _("Closing", context=CONTEXT),
	}


def summary(total: dict) -> list[dict]:
	labels = {
		"opening_value": _("Opening Value"),
		"in_value": _("Value In"),
		"out_value": _("Value Out"),
		"closing_value": _("Closing Value"),
	}
	return [
		{"label": label, "value": total.get(name, 0), "datatype": "Float"} for name, label in labels.items()
	]
