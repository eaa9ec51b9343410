"""Drinking water: ordered, delivered, empties owed, and what a company pays by the month (DESK-06, register C).

Source: customer-service procedure (为老鹰地公司提供送水服务; register C 饮用水登记表).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.rules import money
from property_service.rules.refusal import Refusal, is_blank

ORDERED = "Ordered"
DELIVERED = "Delivered"
CANCELLED = "Cancelled"
ENDED = (DELIVERED, CANCELLED)

STEPS = {
	(ORDERED, DELIVERED): "Record Delivery",
	(ORDERED, CANCELLED): "Cancel",
	(DELIVERED, CANCELLED): "Cancel Delivery",
}
REGISTER = "C"

AT_THE_DESK = "At the Desk"
MONTHLY = "Monthly Account"
MOST_BOTTLES = 1000

NO_HOLDER = "Say who gets the water: the company or the room (DESK-06)."
NO_CONTACT = "Say whom to call about the delivery: name and telephone (DESK-06)."
NO_ITEM = "No drinking water is named for {0} yet. Enter item and price under drinking water in {1}, then try again (ORG-06)."
OTHER_ITEM = "{0} is no drinking water of {1} (DESK-06). Choose one that the settings name."
NOTHING = "Nothing would be delivered and no empties come back (DESK-06). Enter a quantity."
TOO_MANY = "{0} is more than one delivery carries (DESK-06). Enter at most {1}."
NO_MONTHLY_ACCOUNT = (
	"{0} does not pay by the month (DESK-06). Take the money at the desk, or ask the service manager to tick it in the "
	"water account."
)
TOO_MANY_EMPTIES = "{0} has {1} empties out and cannot give {2} back (DESK-06). Count them again."
NOT_RETURNABLE = "{0} comes without bottles that are returned (DESK-06). Leave the empties at 0."
NOT_DELIVERED_YET = "Service order {0} is {1}: the delivery is recorded when the water was delivered and the order is finished (DESK-06)."
MORE_THAN_ORDERED = "{0} were ordered, {1} cannot have been delivered (DESK-06)."
PAID_IN_FULL = "This order was paid for {0} (DESK-06): what was not delivered is paid back by cancelling the order and entering it anew."
NO_DEPOSIT = "Order {0} holds no deposit (DESK-06)."
CANCELLED_BY_MANAGER = "Only the service manager cancels what was delivered (DESK-06)."
BILLED = "This delivery is on the bill {0} (DESK-06) and stays as it is. Correct the invoice."
EMPTIES_GONE = "{0} has given back empties of this delivery since (DESK-06); it cannot be cancelled any more."
ORDER_BELONGS = "Service order {0} belongs to the water order {1} (DESK-06). Cancel that one: it takes this order with it."


@dataclass(frozen=True)
class Bottles:
	"""What goes there and comes back."""

	quantity: int
	empties_back: int
	returnable: bool = True
	item: str = ""


def refuse_order(holder: str | None, name: str | None, phone: str | None, bottles: Bottles) -> Refusal | None:
	if not holder:
		return Refusal(NO_HOLDER)
	if is_blank(name) or is_blank(phone):
		return Refusal(NO_CONTACT)
	return refuse_bottles(bottles)


def refuse_bottles(bottles: Bottles) -> Refusal | None:
	if bottles.quantity < 1 and bottles.empties_back < 1:
		return Refusal(NOTHING)
	for count in (bottles.quantity, bottles.empties_back):
		if not 0 <= count <= MOST_BOTTLES:
			return Refusal(TOO_MANY, (count, MOST_BOTTLES))
	if bottles.empties_back and not bottles.returnable:
		return Refusal(NOT_RETURNABLE, (bottles.item,))
	return None


def refuse_payment(method: str, holder: str, pays_monthly: bool) -> Refusal | None:
	if method == MONTHLY and not pays_monthly:
		return Refusal(NO_MONTHLY_ACCOUNT, (holder,))
	return None


def refuse_delivery(
	ordered: int, delivered: int, service_order: str | None, state: str | None, finished: bool, paid: bool
) -> Refusal | None:
	"""What was delivered is recorded when the slip says so. `paid`: the quantity ordered was paid at the desk."""
	if service_order and not finished:
		return Refusal(NOT_DELIVERED_YET, (service_order, state))
	if not 0 <= delivered <= ordered:
		return Refusal(MORE_THAN_ORDERED, (ordered, delivered))
	return Refusal(PAID_IN_FULL, (ordered,)) if paid and delivered != ordered else None


def empties_after(holder: str, before: int, delivered: Bottles) -> int | Refusal:
	"""The empties a holder has out after a delivery; never fewer than none."""
	if not delivered.returnable:
		return before if not delivered.empties_back else Refusal(NOT_RETURNABLE, (delivered.item,))
	after = before + delivered.quantity - delivered.empties_back
	return (
		after
		if after >= 0
		else Refusal(TOO_MANY_EMPTIES, (holder, before + delivered.quantity, delivered.empties_back))
	)


def empties_without(holder: str, now: int, delivered: Bottles) -> int | Refusal:
	"""The empties out when a delivery is taken back."""
	if not delivered.returnable:
		return now
	before = now - delivered.quantity + delivered.empties_back
	return before if before >= 0 else Refusal(EMPTIES_GONE, (holder,))


def amount(quantity: int, rate: money.Number) -> Decimal:
	return money.product(quantity, rate)


def bill_month(today: date) -> date:
	"""The month that is billed on `today`: the one before, by its first day."""
	return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def bill_lines(orders: Iterable[tuple[str, Decimal, int]]) -> dict[tuple[str, Decimal], int]:
	"""(item, rate, quantity) of each delivery → quantity per item and rate, in their order."""
	lines: dict[tuple[str, Decimal], int] = {}
	for item, rate, quantity in orders:
		if quantity:
			lines[item, rate] = lines.get((item, rate), 0) + quantity
	return lines
