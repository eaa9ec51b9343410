"""Quantities in sentences."""

from decimal import Decimal

# Quantities are stored as floats: what is smaller than this is no quantity.
NOTHING = Decimal("0.0005")


def shown(quantity: Decimal) -> str:
	"""To a thousandth, as a person writes it: 3, 0.5."""
	text = f"{quantity:.3f}".rstrip("0").rstrip(".")
	return "0" if text == "-0" else text
