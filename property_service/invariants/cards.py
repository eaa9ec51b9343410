"""The one-card: every balance is the sum of its movements, each made on the one before, posted once (DESK-02, DESK-03).

That the balances of all cards tie to the liability account is asked of the till's ledger (invariants/till.py, hook
`till_balances`).
"""

from collections.abc import Iterator

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from frappe.utils import nowdate

from property_service.invariants import invariant
from property_service.property_service.doctype.card_day_posting import posting
from property_service.property_service.doctype.card_subsidy_batch.crediting import (
	BATCH,
	CREDITED,
	DRAFT,
	PENDING,
	ROW,
)
from property_service.property_service.doctype.card_transaction.movements import CARD, TRANSACTION
from property_service.rules import service_card as rules


@invariant("DESK-02", CARD)
def balances_are_the_sum_of_the_movements(company: str) -> Iterator[tuple[str, str]]:
	card, movement = frappe.qb.DocType(CARD), frappe.qb.DocType(TRANSACTION)
	sums = (
		frappe.qb.from_(movement)
		.select(
			movement.service_card,
			Sum(movement.cash_amount).as_("cash"),
			Sum(movement.subsidy_amount).as_("subsidy"),
			Count("*").as_("number"),
			Max(movement.sequence).as_("last"),
		)
		.where((movement.company == company) & (movement.docstatus == 1))
		.groupby(movement.service_card)
	).as_("sums")
	cash, subsidy = Coalesce(sums.cash, 0), Coalesce(sums.subsidy, 0)
	rows = (
		frappe.qb.from_(card)
		.left_join(sums)
		.on(sums.service_card == card.name)
		.select(card.name, card.balance, cash, subsidy, Coalesce(sums.number, 0), card.last_sequence)
		.where(card.company == company)
		.where(
			(card.cash_balance != cash)
			| (card.subsidy_balance != subsidy)
			| (card.balance != cash + subsidy)
			| (card.cash_balance < 0)
			| (card.subsidy_balance < 0)
			| (card.last_sequence != Coalesce(sums.number, 0))
			| (card.last_sequence != Coalesce(sums.last, 0))
		)
		.orderby(card.name)
		.run()
	)
	for name, balance, cash, subsidy, number, last in rows:
		yield (
			name,
			f"holds {balance}, movements say {cash} + {subsidy}; {number} movements, the last is no. {last}",
		)


@invariant("DESK-02", TRANSACTION)
def each_movement_begins_where_the_last_one_ended(company: str) -> Iterator[tuple[str, str]]:
	movement, before = frappe.qb.DocType(TRANSACTION), frappe.qb.DocType(TRANSACTION).as_("earlier")
	rows = (
		frappe.qb.from_(movement)
		.left_join(before)
		.on(
			(before.service_card == movement.service_card)
			& (before.sequence == movement.sequence - 1)
			& (before.docstatus == 1)
		)
		.select(movement.name, movement.service_card, movement.sequence)
		.where((movement.company == company) & (movement.docstatus == 1))
		.where(
			(movement.cash_before != Coalesce(before.cash_after, 0))
			| (movement.subsidy_before != Coalesce(before.subsidy_after, 0))
			| (movement.cash_after != movement.cash_before + movement.cash_amount)
			| (movement.subsidy_after != movement.subsidy_before + movement.subsidy_amount)
			| (movement.balance_before != movement.cash_before + movement.subsidy_before)
			| (movement.balance_after != movement.cash_after + movement.subsidy_after)
		)
		.orderby(movement.name)
		.run()
	)
	for name, card, sequence in rows:
		yield name, f"no. {sequence} of card {card} does not go on from the one before"


@invariant("DESK-02", TRANSACTION)
def replacements_move_everything(company: str) -> Iterator[tuple[str, str]]:
	old, new = frappe.qb.DocType(TRANSACTION), frappe.qb.DocType(TRANSACTION).as_("onto")
	card = frappe.qb.DocType(CARD)
	rows = (
		frappe.qb.from_(old)
		.join(card)
		.on(card.replaces == old.service_card)
		.left_join(new)
		.on((new.service_card == card.name) & (new.sequence == 1) & (new.docstatus == 1))
		.select(old.name, old.service_card, card.name)
		.where(
			(old.company == company) & (old.transaction_type == rules.REPLACE) & (old.other_card == card.name)
		)
		.where(
			new.name.isnull()
			| (new.cash_amount + old.cash_amount != 0)
			| (new.subsidy_amount + old.subsidy_amount != 0)
		)
		.orderby(old.name)
		.run()
	)
	for name, left, entered in rows:
		yield name, f"what left card {left} did not arrive on {entered}"


@invariant("DESK-02", CARD)
def closed_cards_hold_nothing_and_open_nothing(company: str) -> Iterator[tuple[str, str]]:
	card, access = frappe.qb.DocType(CARD), frappe.qb.DocType("Card Access")
	opens = (
		frappe.qb.from_(access)
		.select(access.parent)
		.where((access.parenttype == CARD) & access.revoked_on.isnull())
		.where(access.valid_until.isnull() | (access.valid_until >= nowdate()))
	)
	closed = card.status == rules.CLOSED
	rows = (
		frappe.qb.from_(card)
		.select(card.name, card.status, card.balance)
		.where(card.company == company)
		.where(
			(closed & ((card.balance != 0) | card.open_key.isnotnull() | card.name.isin(opens)))
			| (closed.negate() & card.open_key.isnull())
		)
		.orderby(card.name)
		.run()
	)
	for name, status, balance in rows:
		yield name, f"is {status}, holds {balance}, but its key or its doors say otherwise"


@invariant("DESK-02", TRANSACTION)
def what_was_taken_back_is_the_exact_opposite(company: str) -> Iterator[tuple[str, str]]:
	movement, back = frappe.qb.DocType(TRANSACTION), frappe.qb.DocType(TRANSACTION).as_("back")
	rows = (
		frappe.qb.from_(back)
		.join(movement)
		.on(movement.name == back.reverses)
		.select(back.name, movement.name)
		.where(back.company == company)
		.where(
			(back.cash_amount + movement.cash_amount != 0)
			| (back.subsidy_amount + movement.subsidy_amount != 0)
			| (back.service_card != movement.service_card)
			| (Coalesce(movement.reversed_by, "") != back.name)
		)
		.orderby(back.name)
		.run()
	)
	for name, original in rows:
		yield name, f"does not take back exactly {original}"


@invariant("DESK-02", posting.DAY)
def days_post_the_movements_they_name(company: str) -> Iterator[tuple[str, str]]:
	day, movement = frappe.qb.DocType(posting.DAY), frappe.qb.DocType(TRANSACTION)
	change = movement.cash_amount + movement.subsidy_amount

	def of(kind: str):
		return Sum(Case().when(movement.transaction_type == kind, change).else_(0)).as_(
			kind.lower().replace(" ", "_")
		)

	sums = (
		frappe.qb.from_(movement)
		.select(
			movement.posting_key,
			Count("*").as_("number"),
			of(rules.CONSUMPTION),
			of(rules.CASH_DEDUCTION),
			of(rules.OPEN),
		)
		.where((movement.company == company) & movement.transaction_type.isin(rules.BY_DAY))
		.groupby(movement.posting_key)
	).as_("sums")
	key = frappe.query_builder.functions.Concat(posting.DAY, "/", day.company, "/", day.posting_date)
	rows = (
		frappe.qb.from_(day)
		.left_join(sums)
		.on(sums.posting_key == key)
		.select(day.name, day.movements, Coalesce(sums.number, 0))
		.where(day.company == company)
		.where(
			(day.movements != Coalesce(sums.number, 0))
			| (day.consumption + Coalesce(sums.consumption, 0) != 0)
			| (day.deduction + Coalesce(sums.cash_deduction, 0) != 0)
			| (day.opening != Coalesce(sums.open, 0))
		)
		.orderby(day.name)
		.run()
	)
	for name, said, there in rows:
		yield name, f"posted {said} movements, {there} name it; or their sums differ"


@invariant("DESK-03", BATCH)
def batches_credited_each_row_once(company: str) -> Iterator[tuple[str, str]]:
	batch, row, movement = (frappe.qb.DocType(name) for name in (BATCH, ROW, TRANSACTION))
	credited = (
		frappe.qb.from_(movement)
		.select(
			movement.card_subsidy_batch.as_("batch"),
			Count("*").as_("number"),
			Sum(movement.subsidy_amount).as_("amount"),
			Sum(Case().when(movement.posting_key.isnull(), 1).else_(0)).as_("unposted"),
		)
		.where((movement.company == company) & movement.card_subsidy_batch.isnotnull())
		.groupby(movement.card_subsidy_batch)
	).as_("credited")
	lines = (
		frappe.qb.from_(row)
		.select(
			row.parent.as_("batch"),
			Sum(Case().when(row.status == CREDITED, row.amount).else_(0)).as_("amount"),
			Sum(Case().when(row.status == CREDITED, 1).else_(0)).as_("number"),
			Sum(Case().when(row.status == PENDING, 1).else_(0)).as_("pending"),
		)
		.where(row.parenttype == BATCH)
		.groupby(row.parent)
	).as_("batch_lines")
	number, amount = Coalesce(credited.number, 0), Coalesce(credited.amount, 0)
	rows = (
		frappe.qb.from_(batch)
		.left_join(credited)
		.on(credited.batch == batch.name)
		.left_join(lines)
		.on(lines.batch == batch.name)
		.select(batch.name, batch.status, batch.credited_amount, amount)
		.where(batch.company == company)
		.where(
			(batch.credited_count != number)
			| (batch.credited_amount != amount)
			| (Coalesce(lines.number, 0) != number)
			| (Coalesce(lines.amount, 0) != amount)
			| ((batch.status == DRAFT) & (number > 0))
			| (
				(batch.status == CREDITED)
				& ((Coalesce(lines.pending, 0) > 0) | (Coalesce(credited.unposted, 0) > 0))
			)
		)
		.orderby(batch.name)
		.run()
	)
	for name, status, said, there in rows:
		yield name, f"{status}: says {said}, cards were credited {there}"
