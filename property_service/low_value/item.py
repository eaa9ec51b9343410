"""Item and Item Group: what may be a low-value consumable, and how its cost becomes expense (LV-01, LV-04).

Items belong to no company, so the refusals hold for every item of a low-value class; what is only said is said where a
company uses the procedure.
"""

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt

from property_service import settings
from property_service.low_value import scope
from property_service.refusals import stop, text_of
from property_service.rules import amortisation as rules
from property_service.rules import money
from property_service.stock import item_facts


def validate(doc: Document, method: str | None = None) -> None:
	"""Doc event of Item."""
	kind = doc.get("low_value_class")
	stop(
		rules.refuse_item(
			doc.name or doc.item_code, kind, bool(cint(doc.is_fixed_asset)), bool(cint(doc.is_stock_item))
		)
	)
	if not kind:
		return
	stop(rules.refuse_plan(doc.get("amortisation_method"), cint(doc.get("instalments")), doc.item_code))
	if is_used():
		say(
			rules.item_warnings(
				doc.item_code,
				cint(doc.get("useful_life_months")),
				value_of(doc),
				cint(settings.get().low_value_least_months),
				least_value(),
			)
		)


def validate_group(doc: Document, method: str | None = None) -> None:
	"""Doc event of Item Group."""
	stop(rules.refuse_plan(doc.get("amortisation_method"), cint(doc.get("instalments")), doc.name))


def say_of_receipt(doc: Document, method: str | None = None) -> None:
	"""Doc event `validate` of Purchase Receipt: pieces that come below the value are named, and received all the same."""
	if doc.is_return or not scope.is_on(doc.company):
		return
	kept = set(item_facts.low_value(doc))
	rates = [(row, rate_of(row)) for row in doc.items if row.item_code in kept]
	say(
		[
			rules.Refusal(rules.SMALL_RECEIPT, (row.idx, row.item_code, rate, least_value()))
			for row, rate in rates
			if rate < least_value()
		]
	)


def rate_of(row: Document) -> Decimal:
	"""Per piece in the company's currency, without tax."""
	rate = flt(row.base_net_rate or row.base_rate) / (flt(row.conversion_factor) or 1)
	return money.cents(max(rate, 0))


def is_used() -> bool:
	return any(row.low_value for row in settings.get().companies)


def least_value() -> Decimal:
	return money.cents(settings.get().low_value_least_value)


def value_of(doc: Document) -> Decimal | None:
	"""What a piece costs, where anybody knows: the last purchase, else what lies in stock, else what the item says."""
	known = flt(doc.last_purchase_rate)
	if not known and not doc.is_new():
		known = flt(
			frappe.db.get_value(
				"Bin",
				{"item_code": doc.name, "valuation_rate": (">", 0)},
				"valuation_rate",
				order_by="modified desc",
			)
		)
	known = known or flt(doc.valuation_rate)
	return money.cents(known) if known > 0 else None


def say(warnings: list[rules.Refusal]) -> None:
	for warning in warnings:
		frappe.msgprint(text_of(warning), indicator="orange", alert=True)
