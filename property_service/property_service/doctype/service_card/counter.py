"""What the reception counter finds by a card (hook)."""

import frappe

from property_service import reception
from property_service.property_service.doctype.card_transaction.movements import CARD
from property_service.rules import service_card as rules


def find_by_card(text: str) -> list[dict]:
	"""The resident with this card, also while it is lost or closed (hook `counter_search`)."""
	try:
		number = rules.number(text)
	except ValueError:
		return []
	holder = frappe.db.get_value(CARD, number, "resident")
	return reception.residents_by_name([holder]) if holder else []
