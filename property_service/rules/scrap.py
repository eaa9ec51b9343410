"""Scrapping (报废, procedure 4.7): who signs, what may be scrapped, and what comes of it in the books; WH-25 and WH-26.

Quantities are in stock units, values in the company's currency, to the cent.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from property_service.rules.approval import Step
from property_service.rules.quantities import NOTHING, shown
from property_service.rules.refusal import Refusal, is_blank
from property_service.rules.scrap_cause import ADMIN_HR
from property_service.rules.stores import DISPOSAL, NONCONFORMING, QUALIFIED

STOCK, TOOL, ARTICLE = "Stock", "Tool", "Low Value Article"

EXPIRED, UNUSABLE, OTHER = "Expired", "Unusable", "Other"
REASONS = (EXPIRED, UNUSABLE, OTHER)

# Goods that wait for their inspection are not ours to scrap yet, and the Direct Issue Zone is always empty.
ZONES = (QUALIFIED, NONCONFORMING, DISPOSAL)

# ---- steps (4.7.2) -----------------------------------------------------------------------------------------------

DRAFT = "Draft"
PENDING_HEAD = "Pending Department Head"
PENDING_FINANCE = "Pending Finance"
PENDING_GM = "Pending GM"
APPROVED = "Approved"
POSTED = "Posted"
# The first state is never entered again.
RETURNED = "Returned"
REJECTED = "Rejected"
CANCELLED = "Cancelled"

DEPARTMENT_HEAD, FINANCE_MANAGER = "Department Head", "Finance Manager"
GENERAL_MANAGER, ACCOUNTANT, STOREKEEPER = "General Manager", "Stores Accountant", "Storekeeper"

EDITABLE = (None, DRAFT, RETURNED)
PENDING = (PENDING_HEAD, PENDING_FINANCE, PENDING_GM)
# What such a request names is kept for it: no other request may name it, too.
OPEN = (DRAFT, RETURNED, *PENDING, APPROVED)
GIVEN_UP = (REJECTED, CANCELLED)

APPROVAL = (
	Step(PENDING_HEAD, PENDING_FINANCE, DEPARTMENT_HEAD),
	Step(PENDING_FINANCE, PENDING_GM, FINANCE_MANAGER),
	Step(PENDING_GM, APPROVED, GENERAL_MANAGER),
)
CHAIN = (*APPROVAL, Step(APPROVED, POSTED, ACCOUNTANT))
# Administration and human resources look for the cause while finance verifies (LV-11).
INVESTIGATION = Step(PENDING_FINANCE, PENDING_FINANCE, ADMIN_HR)

STEPS: Mapping[tuple[str, str], str] = {
	(DRAFT, PENDING_HEAD): "Send for Signature",
	(RETURNED, PENDING_HEAD): "Send for Signature",
	(PENDING_HEAD, PENDING_FINANCE): "Approve",
	(PENDING_FINANCE, PENDING_GM): "Pass to General Manager",
	(PENDING_GM, APPROVED): "Approve",
	(APPROVED, POSTED): "Post Scrap",
	**{(state, RETURNED): "Return" for state in PENDING},
	**{(state, REJECTED): "Reject" for state in PENDING},
	(DRAFT, CANCELLED): "Cancel Request",
	(RETURNED, CANCELLED): "Cancel Request",
	(APPROVED, CANCELLED): "Cancel Request",
	(POSTED, CANCELLED): "Take Back",
}
# The finance manager, and nobody else, ends what was approved or posted.
ENDED_BY_FINANCE = {(APPROVED, CANCELLED), (POSTED, CANCELLED)}

NO_SUCH_STEP = (
	"A scrap request that is {0} cannot become {1}: its steps are taken one after the other, by its buttons (procedure "
	"4.7.2, WH-25)."
)
NO_REASON = "Give the reason: it is kept with the scrap request (WH-25)."
FROZEN = (
	"{0} was signed as it is and does not change while the request is {1} (WH-25). Have it sent back first, or make another "
	"request."
)
FINANCE_VERIFIES = "{0} is what finance finds when it verifies the request (procedure 4.7.2 d, WH-25). Leave it to the finance manager."
NO_VERIFIERS = "Enter who took part in the verification (procedure 4.7.2 d, WH-25)."
NO_FINDING = "Enter what the verification found (procedure 4.7.2 d, WH-25)."


STOREKEEPER_WRITES = (
	"Goods that lie in a store are scrapped on the storekeeper's request (procedure 4.7.2 b, WH-25)."
)


def chain(source: str) -> tuple[Step, ...]:
	"""Every step that is recorded before a request of this source is posted."""
	return (CHAIN[0], INVESTIGATION, *CHAIN[1:]) if source == ARTICLE else CHAIN


ARTICLES_PEOPLE_WRITE = (
	"Row {0}: articles are scrapped on the request of the department that uses them, or of the storekeeper (procedure 4.7.2, "
	"LV-11)."
)
ONE_DEPARTMENT = (
	"Row {0}: {1} belongs to another department; make a request for each (procedure 4.7.2, LV-11)."
)
NO_CUSTODY = "Row {0}: choose the tool that is scrapped, from its holder's tool card (WH-25)."
NOT_OPEN = "Row {0}: {1} is {2}, not in use; what was brought back is scrapped as goods in stock (WH-25)."
IS_ARTICLE = "Row {0}: {1} is the low-value article {2} as well; scrap that, with its cause (LV-11)."
NO_ARTICLE = "Row {0}: choose the article that is scrapped (LV-11)."
TWICE = "Row {0}: {1} stands on scrap request {2} already; nothing is scrapped twice (WH-26)."
REPLACED = "{0} was replaced by request {1}, so its scrapping is not taken back (LV-12)."


def refuse_requester(source: str, roles: Collection[str]) -> Refusal | None:
	"""4.7.2 b: who writes the paper for goods in stock."""
	return Refusal(STOREKEEPER_WRITES) if source == STOCK and STOREKEEPER not in roles else None


def action_of(before: str, after: str) -> str | Refusal:
	"""The name of the step from `before` to `after`, or why there is none."""
	return STEPS.get((before, after)) or Refusal(NO_SUCH_STEP, (before, after))


def refuse_reason(after: str, reason: str | None) -> Refusal | None:
	"""Whoever sends back, rejects, cancels or takes back says why."""
	return Refusal(NO_REASON) if after in (RETURNED, *GIVEN_UP) and is_blank(reason) else None


def refuse_verification(after: str, verifiers: int, finding: str | None) -> Refusal | None:
	"""4.7.2 d: the general manager is asked with what finance found, and with whom."""
	if after != PENDING_GM:
		return None
	if not verifiers:
		return Refusal(NO_VERIFIERS)
	return Refusal(NO_FINDING) if is_blank(finding) else None


# ---- rows (4.7.1) ------------------------------------------------------------------------------------------------

NO_ROW_REASON = "Row {0}: say why {1} is scrapped: Expired, Unusable or Other (procedure 4.7.1, WH-25)."
NO_DETAIL = "Row {0}: describe the reason for {1}, as none of the usual ones (procedure 4.7.1 c, WH-25)."
BAD_QUANTITY = "Row {0}: {1} is no quantity of {2} that can be scrapped; enter a number above 0 (WH-25)."
WRONG_ZONE = "Row {0}: {1} is {2}; what is scrapped lies in the Qualified, Nonconforming or Disposal Zone (WH-14, WH-25)."
OTHER_STORE = "Row {0}: {1} is no zone of the store {2} (WH-25). Make a request for each store."
NO_BATCH = "Row {0}: say which batch of {1} is scrapped (WH-25)."
NO_SERIALS = "Row {0}: name the serial numbers of {1}, one for each of the {2} pieces (WH-25)."
IN_FUTURE = "Row {0}: {1} cannot lie in store since a day that has not come yet (WH-25)."
NOT_EXPIRED = "Row {0}: batch {1} has not expired (procedure 4.7.1 a, WH-25). Choose another reason."
NOT_THERE = (
	"Row {0}: {1} of {2} lie in {3}; {4} of them stand on other scrap requests or belong to the supplier, so {5} cannot be "
	"scrapped (WH-25, WH-26)."
)


@dataclass(frozen=True)
class Place:
	"""Where a row's goods lie: `zone` and `store` are None outside the stores; `title` is the zone for people."""

	warehouse: str
	zone: str | None
	store: str | None
	title: str


def refuse_row(
	idx: int, item: str, reason: str | None, detail: str | None, quantity: Decimal
) -> Refusal | None:
	if reason not in REASONS:
		return Refusal(NO_ROW_REASON, (idx, item))
	if reason == OTHER and is_blank(detail):
		return Refusal(NO_DETAIL, (idx, item))
	return Refusal(BAD_QUANTITY, (idx, shown(quantity), item)) if quantity <= NOTHING else None


def refuse_place(idx: int, place: Place, store: str) -> Refusal | None:
	"""WH-25: goods of one store, in a zone where they are ours."""
	if place.zone not in ZONES:
		return Refusal(WRONG_ZONE, (idx, place.warehouse or "?", place.title))
	return None if place.store == store else Refusal(OTHER_STORE, (idx, place.warehouse, store))


def refuse_amount_there(
	idx: int, item: str, warehouse: str, wanted: Decimal, lies: Decimal, kept: Decimal
) -> Refusal | None:
	"""WH-26: nothing is scrapped twice. `lies` is what lies there, `kept` what of it others have a claim on, `wanted` what
	this request takes of it in all its rows up to this one.
	"""
	if wanted <= max(lies - kept, Decimal(0)) + NOTHING:
		return None
	return Refusal(NOT_THERE, (idx, shown(lies), item, warehouse, shown(kept), shown(wanted)))


# ---- residual and compensation (WH-26) ---------------------------------------------------------------------------

INTO_STOCK, SOLD = "Into Stock", "Sold"
CENT = Decimal("0.01")

BAD_AMOUNT = "Row {0}: {1} is no amount in cents from 0 on (WH-26)."
NO_METHOD = "Row {0}: say whether the residual goes into stock or is sold (WH-26)."
NO_RESIDUAL = "Row {0}: enter what the residual is worth (WH-26)."
NO_RESIDUAL_ITEM = "Row {0}: a residual that goes into stock needs its item, quantity and warehouse (WH-26)."
NO_PROCEEDS = "Row {0}: a residual that was sold needs the company's cash or bank account that the money went to (WH-26)."
NO_RESPONSIBLE = "Row {0}: enter who compensates (WH-26)."


@dataclass(frozen=True)
class Outcome:
	"""What a row brings in: `residual` by `method` (None for none), `compensation` from `responsible`."""

	idx: int
	method: str | None = None
	residual: Decimal = Decimal(0)
	item: str | None = None
	quantity: Decimal = Decimal(0)
	warehouse: str | None = None
	account: str | None = None
	responsible: str | None = None
	compensation: Decimal = Decimal(0)


def is_amount(value: Decimal) -> bool:
	return value.is_finite() and value >= 0 and value == value.quantize(CENT)


def refuse_outcome(row: Outcome) -> Refusal | None:
	for amount in (row.residual, row.compensation):
		if not is_amount(amount):
			return Refusal(BAD_AMOUNT, (row.idx, f"{amount:f}"))
	if row.compensation and not row.responsible:
		return Refusal(NO_RESPONSIBLE, (row.idx,))
	if not row.method:
		return Refusal(NO_METHOD, (row.idx,)) if row.residual else None
	if not row.residual:
		return Refusal(NO_RESIDUAL, (row.idx,))
	if row.method == INTO_STOCK and not (row.item and row.warehouse and row.quantity > 0):
		return Refusal(NO_RESIDUAL_ITEM, (row.idx,))
	if row.method == SOLD and not row.account:
		return Refusal(NO_PROCEEDS, (row.idx,))
	return None


EXPENSE, RECEIVABLE = "scrap_expense_account", "other_receivable_account"


@dataclass(frozen=True)
class Entry:
	"""A line of the journal entry, debit positive. `account` is a field of the company's settings, or, with `is_name`, an
	account itself.
	"""

	account: str
	amount: Decimal
	party: str | None = None
	is_name: bool = False


def journal(rows: Iterable[Outcome]) -> list[Entry]:
	"""What buyers paid and the responsible owe reduces the expense (WH-26); a line per account and person, nothing in all.

	What left stock, and what a residual in stock takes back, are the stock entries' to post.
	"""
	debits: dict[tuple[str, str | None, bool], Decimal] = {}
	for row in rows:
		if row.method == SOLD:
			_add(debits, (row.account or "", None, True), row.residual)
		if row.compensation:
			_add(debits, (RECEIVABLE, row.responsible, False), row.compensation)
	if not debits:
		return []
	lines = [Entry(account, amount, party, is_name) for (account, party, is_name), amount in debits.items()]
	return [*lines, Entry(EXPENSE, -sum(debits.values(), Decimal(0)))]


def _add(found: dict, key: object, amount: Decimal) -> None:
	found[key] = found.get(key, Decimal(0)) + amount


# ---- taking back -------------------------------------------------------------------------------------------------

RESIDUAL_USED = "What was left of the goods was taken into stock by {0} and is not there any more, so {1} stays posted (WH-26)."


# ---- expired batches (4.7.1 a) -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lying:
	"""A batch in a warehouse; `kept` is what of it stands on open scrap requests."""

	item: str
	warehouse: str
	batch: str
	quantity: Decimal
	kept: Decimal = Decimal(0)


def proposals(lying: Iterable[Lying], expired: Collection[str]) -> list[tuple[Lying, Decimal]]:
	"""WH-25: what of the expired batches stands on no request yet."""
	found = []
	for row in lying:
		free = row.quantity - max(row.kept, Decimal(0))
		if row.batch in expired and free > NOTHING:
			found.append((row, free))
	return found


def proposal_key(store: str, day: object) -> str:
	"""One draft per store and month; `day` is any day of the month."""
	return f"{store}|{day:%Y-%m}|expired"
