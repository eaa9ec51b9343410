"""Amounts as they are written on Chinese receipts (大写金额), where a digit could be altered with one stroke."""

from decimal import Decimal

import cn2an

from property_service.rules.money import Number, cents


def capital_amount(value: Number) -> str:
	"""1005.30 → 壹仟零伍元叁角. Below ten fen nothing is written after; whole yuan end in 整.

	Raises ValueError for what is no amount of money.
	"""
	amount = cents(value)
	return cn2an.an2cn(format(amount.normalize() if amount else Decimal(0), "f"), "rmb")
