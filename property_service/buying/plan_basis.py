"""What a row of a purchase plan is reviewed by: fixed when the row enters the plan, kept by the server (WH-04, WH-06).

Statements are a fixed number, whatever the number of rows.
"""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Avg, Coalesce, Max
from frappe.utils import flt

from property_service import settings
from property_service.refusals import stop
from property_service.rules import money
from property_service.rules import purchase_plan as rules
from property_service.rules import stores as store_rules
from property_service.rules.stock_limit import exact
from property_service.stock import item_facts, limits, stores

# Fixed when the row enters; the rate as well, so that what finance saw is what was approved.
BASIS = (
	*("stock_limit", "balance_qty", "on_order_qty", "on_request_qty", "month_consumption"),
	*("average_consumption", "suggested_qty", "estimated_rate", "rate_source"),
)
ROW_SERVER_FIELDS = (*BASIS, "requested_qty", "estimated_amount", "accepted_qty", "committed_qty")
LAST_PURCHASE, VALUATION, MISSING = "Last Purchase", "Valuation", "Missing"


def keep(doc: Document) -> list[Document]:
	"""Put the server's fields of each row back to what the database holds; returns the rows that are new.

	A row that asks for another item or warehouse now is a new one: the old basis is not its own.
	"""
	stored = doc.get_doc_before_save()
	known = {row.name: row for row in stored.items} if stored else {}
	new = []
	for row in doc.items:
		before = known.get(row.name)
		same = before and (before.item_code, before.warehouse) == (row.item_code, row.warehouse)
		for fieldname in ROW_SERVER_FIELDS:
			row.set(fieldname, before.get(fieldname) if same else None)
		if not same:
			new.append(row)
	return new


def fix(doc: Document, rows: list[Document]) -> None:
	"""Write the basis of new rows as it is at this moment."""
	items = {row.item_code for row in rows if row.item_code}
	if not (items and doc.store):
		return
	known = {
		status.item_code: status for status in limits.statuses(doc.store, items, without_request=doc.name)
	}
	rates = estimated_rates(items, stores.warehouses(doc.store))
	for row in rows:
		if status := known.get(row.item_code):
			row.update(
				{
					"stock_limit": float(status.limit),
					"balance_qty": float(status.balance),
					"on_order_qty": float(status.on_order),
					"on_request_qty": float(status.on_request),
					"month_consumption": float(status.month_consumption),
					"average_consumption": float(status.average),
					"suggested_qty": float(status.suggested),
				}
			)
			if row.forecast_qty in (None, "", 0):
				row.forecast_qty = float(status.average)
		row.estimated_rate, row.rate_source = rates.get(row.item_code, (0, MISSING))


def estimated_rates(items: Iterable[str], zones: list[str]) -> dict[str, tuple[float, str]]:
	"""Item -> (rate per stock unit in company currency, where it is from): the last purchase, else the valuation."""
	item, lying = frappe.qb.DocType("Item"), frappe.qb.DocType("Bin")
	rows = (
		frappe.qb.from_(item)
		.left_join(lying)
		.on((lying.item_code == item.name) & lying.warehouse.isin(zones or [""]) & (lying.valuation_rate > 0))
		.select(
			item.name,
			item.last_purchase_rate,
			Coalesce(Avg(lying.valuation_rate), Max(item.valuation_rate), 0),
		)
		.where(item.name.isin(sorted(items)))
		.groupby(item.name)
		.run()
	)
	found = {}
	for name, last_purchase, valuation in rows:
		if flt(last_purchase) > 0:
			found[name] = (flt(last_purchase), LAST_PURCHASE)
		elif flt(valuation) > 0:
			found[name] = (flt(valuation), VALUATION)
		else:
			found[name] = (0, MISSING)
	return found


def fill_places(doc: Document) -> None:
	"""Rows without a warehouse go to the qualified zone that may hold them; rows without cost centre or account to the
	company's (WH-06).
	"""
	classes = {item: facts.storage_class for item, facts in item_facts.of_document(doc).items()}
	accounts = _expense_accounts(doc.company, set(classes))
	cost_center = _cost_center(doc)
	for row in doc.items:
		if not row.warehouse and row.item_code in classes and doc.store:
			row.warehouse = stores.zone_warehouse(
				doc.store, store_rules.QUALIFIED, classes[row.item_code] or store_rules.GENERAL
			)
		row.cost_center = row.cost_center or cost_center or settings.required(doc.company, "cost_center")
		row.expense_account = (
			row.expense_account
			or accounts.get(row.item_code)
			or settings.required(doc.company, "stores_expense_account")
		)


def _cost_center(doc: Document) -> str | None:
	own = doc.department and frappe.get_cached_value("Department", doc.department, "cost_center")
	asks_for_itself = doc.plan_type == rules.URGENT
	return (asks_for_itself and own) or settings.company_row(doc.company).cost_center


def _expense_accounts(company: str, items: set[str]) -> dict[str, str]:
	"""Item -> the expense account of the item, else of its group, in this company. One statement."""
	item = frappe.qb.DocType("Item")
	own, group = frappe.qb.DocType("Item Default"), frappe.qb.DocType("Item Default").as_("of_group")
	rows = (
		frappe.qb.from_(item)
		.left_join(own)
		.on((own.parent == item.name) & (own.parenttype == "Item") & (own.company == company))
		.left_join(group)
		.on(
			(group.parent == item.item_group)
			& (group.parenttype == "Item Group")
			& (group.company == company)
		)
		.select(item.name, Max(own.expense_account), Max(group.expense_account))
		.where(item.name.isin(sorted(items) or [""]))
		.groupby(item.name)
		.run()
	)
	return {name: of_item or of_group for name, of_item, of_group in rows if of_item or of_group}


def check_places(doc: Document) -> None:
	"""Every row asks for the qualified zone of the plan's own store."""
	own = set(stores.warehouses(doc.store, store_rules.QUALIFIED)) if doc.store else set()
	for row in doc.items:
		if row.warehouse not in own:
			stop(rules.Refusal(rules.FOREIGN_WAREHOUSE, (row.idx, row.warehouse or "", doc.store)))


def lines(doc: Document) -> list[rules.Line]:
	facts = item_facts.of_document(doc)
	return [
		rules.Line(
			row.idx,
			row.item_code,
			facts[row.item_code].stock_class,
			exact(row.balance_qty).normalize(),
			exact(row.stock_limit).normalize(),
			facts[row.item_code].is_stock_item,
		)
		for row in doc.items
	]


def value(doc: Document) -> Decimal:
	"""Amount of each row and of the plan, in cents of the company's currency; returns the latter.

	Runs after ERPNext has computed the stock quantities.
	"""
	total = Decimal("0.00")
	for row in doc.items:
		amount = money.product(row.stock_qty, row.estimated_rate)
		row.estimated_amount = float(amount)
		total += amount
	doc.plan_amount = float(total)
	doc.rows_without_rate = sum(row.rate_source == MISSING for row in doc.items)
	return total
