"""What a shift took and paid, by mode of payment and purpose (CASH-03)."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.model.document import Document

from property_service import settings
from property_service.rules import money
from property_service.rules import till as rules


def cash_mode(company: str) -> str | None:
	"""The mode of payment that is counted in notes and coins."""
	for row in settings.get().payment_modes:
		if row.company == company and is_cash(row.mode_of_payment):
			return row.mode_of_payment
	return None


def is_cash(mode_of_payment: str) -> bool:
	return frappe.get_cached_value("Mode of Payment", mode_of_payment, "type") == "Cash"


def modes_of(company: str) -> list[str]:
	"""The modes that the tills of `company` take, cash first."""
	modes = [row.mode_of_payment for row in settings.get().payment_modes if row.company == company]
	return sorted(modes, key=lambda mode: not is_cash(mode))


def by_mode(
	doc: Document, sums: list[dict], counted: dict[str, Decimal] | None = None
) -> dict[str, rules.ModeTotal]:
	"""Totals per mode of payment, the ones without money included.

	`doc`: the shift or its closing, for company and opening float; `sums` from `facts.taken_in_shift`.
	"""
	received: dict[str, Decimal] = defaultdict(Decimal)
	paid_out: dict[str, Decimal] = defaultdict(Decimal)
	for row in sums:
		side = received if row["direction"] == rules.IN else paid_out
		side[row["mode_of_payment"]] += money.cents(row["amount"])
	counted, cash = counted or {}, cash_mode(doc.company)
	modes = [*modes_of(doc.company), *sorted({*received, *paid_out} - set(modes_of(doc.company)))]
	return {
		mode: rules.ModeTotal(
			mode=mode,
			float_=money.cents(doc.opening_float) if mode == cash else Decimal(0),
			received=received[mode],
			paid_out=paid_out[mode],
			counted=counted.get(mode, Decimal(0)),
		)
		for mode in modes
	}


def lines(sums: list[dict]) -> list[dict]:
	"""Rows purpose × mode of payment of the sheet, in the order of the receipts' sums."""
	rows: dict[tuple[str, str], dict] = {}
	for entry in sums:
		key = (entry["purpose"], entry["mode_of_payment"])
		row = rows.setdefault(
			key,
			{
				"purpose": key[0],
				"mode_of_payment": key[1],
				"receipts": 0,
				"received": Decimal(0),
				"paid_out": Decimal(0),
				"tax_amount": Decimal(0),
			},
		)
		side = "received" if entry["direction"] == rules.IN else "paid_out"
		row[side] += money.cents(entry["amount"])
		row["tax_amount"] += rules.signed(entry["direction"], money.cents(entry["tax"]))
		row["receipts"] += entry["receipts"]
	return list(rows.values())


def numbers(shift: str) -> dict:
	"""First and last number of a shift, how many are valid, and which were cancelled."""
	rows = frappe.get_all(
		"Front Desk Receipt",
		filters={"shift": shift, "docstatus": ("in", (1, 2))},
		fields=["receipt_no", "docstatus"],
		order_by="receipt_no",
	)
	cancelled = [row.receipt_no for row in rows if row.docstatus == 2]
	return {
		"first_receipt_no": rows[0].receipt_no if rows else None,
		"last_receipt_no": rows[-1].receipt_no if rows else None,
		"receipt_count": len(rows) - len(cancelled),
		"cancelled_count": len(cancelled),
		"cancelled_numbers": ", ".join(cancelled) or None,
	}
