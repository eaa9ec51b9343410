"""Money and quantities as exact decimals: what a clerk types is what is multiplied, and cents are rounded once."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
# A currency column holds 21 digits, nine of them after the point; far below that a slip or bill is a typing error.
LARGEST = Decimal("1000000000")

Number = int | float | str | Decimal | None


def exact(value: Number) -> Decimal:
	"""The decimal number a person reads in `value`; None and "" are 0.

	A float is taken by its shortest text (0.1 is one tenth), so that no binary remainder enters a product.
	Raises ValueError for what is no finite number, is negative, or is larger than any amount of a service centre.
	"""
	if value in (None, ""):
		return Decimal(0)
	try:
		number = Decimal(str(value))
	except InvalidOperation as error:
		raise ValueError(f"{value!r} is not a number") from error
	if not number.is_finite():
		raise ValueError(f"{value!r} is not a number")
	if number < 0 or number > LARGEST:
		raise ValueError(f"{value!r} is out of range")
	return number


def cents(value: Number) -> Decimal:
	"""`value` rounded half up to whole cents (2.345 → 2.35), as money is counted at a till."""
	return exact(value).quantize(CENT, rounding=ROUND_HALF_UP)


def signed_cents(value: Number) -> Decimal:
	"""Like `cents`, for what may be owed either way: −2.345 → −2.35. Raises ValueError like `exact`."""
	number = Decimal(str(value or 0))
	return -cents(-number) if number < 0 else cents(number)


def product(quantity: Number, rate: Number) -> Decimal:
	"""quantity × rate in cents, rounded once at the end."""
	return cents(exact(quantity) * exact(rate))


def total(amounts: Iterable[Number]) -> Decimal:
	"""Sum of amounts that are already in cents; each is rounded first, so a column adds up as printed."""
	return sum((cents(amount) for amount in amounts), Decimal("0.00"))
