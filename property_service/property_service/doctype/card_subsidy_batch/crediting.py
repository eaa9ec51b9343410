"""Credits a subsidy batch in the background, each row once, in steps that survive a kill (DESK-03).

Each step is one job and one transaction: it locks the batch and then the cards of a thousand rows in the order of their
numbers, writes their movements with one statement, and enqueues the next step after its commit. The unique key of a
movement, its row, lets no step that is run again credit a row twice. The last step posts the receivable. A sweep takes up
what a kill left behind.
"""

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, flt, now_datetime

from property_service import jobs, notifications, settings
from property_service.ledger import journal
from property_service.property_service.doctype.card_transaction import movements
from property_service.property_service.doctype.card_transaction.movements import TRANSACTION, Locked
from property_service.refusals import text_of
from property_service.rules import money
from property_service.rules import service_card as rules
from property_service.rules.refusal import Refusal

BATCH, ROW = "Card Subsidy Batch", "Card Subsidy Row"
DRAFT, CREDITING, CREDITED = "Draft", "Crediting", "Credited"
PENDING, REFUSED = "Pending", "Refused"
CHUNK = 1000
# A batch without a step for so long (minutes) has lost its job.
LOST_AFTER = 15

LOCK_CARDS = """SELECT name, status, cash_balance, subsidy_balance, customer, company, resident, last_sequence
	FROM `tabService Card` WHERE name IN %(cards)s ORDER BY name FOR UPDATE"""

WRITE_CARDS = """UPDATE `tabService Card` card JOIN `tabCard Transaction` movement ON movement.service_card = card.name
	SET card.subsidy_balance = movement.subsidy_after, card.balance = movement.balance_after,
	card.last_sequence = movement.sequence, card.last_movement_on = movement.transacted_on
	WHERE movement.name IN %(names)s"""

MARK_ROWS = """UPDATE `tabCard Subsidy Row` line JOIN `tabCard Transaction` movement ON movement.subsidy_row = line.name
	SET line.status = 'Credited', line.card_transaction = movement.name, line.note = NULL
	WHERE movement.name IN %(names)s"""

FIELDS = (
	*("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "service_card"),
	*("transaction_type", "card_subsidy_batch", "subsidy_row", "company", "customer", "resident", "sequence"),
	*("movement_key", "amount", "cash_amount", "subsidy_amount", "balance_before", "balance_after"),
	*("cash_before", "cash_after", "subsidy_before", "subsidy_after", "transacted_by", "transacted_on"),
	"posting_date",
)


def enqueue(batch: str) -> None:
	jobs.order(credit, queue="long", timeout=1800, batch=batch)


def resume_interrupted() -> None:
	"""Every ten minutes: batches whose job died with its worker go on where they stopped."""
	lost = add_to_date(now_datetime(), minutes=-LOST_AFTER)
	for name in frappe.get_all(
		BATCH,
		filters={"status": CREDITING, "last_step_on": ("<", lost)},
		pluck="name",
		order_by="last_step_on",
	):
		enqueue(name)


def credit(batch: str) -> None:
	"""One step: credits the next rows, or posts the batch when none is left. The actor is whoever submitted it."""
	doc = frappe.db.get_value(BATCH, batch, "*", as_dict=True, for_update=True, order_by=None)
	if not doc or doc.status != CREDITING:
		return
	rows = next_rows(batch)
	if not rows:
		finish(doc)
		return
	credit_rows(doc, rows)
	show_progress(doc)
	enqueue(batch)


def next_rows(batch: str) -> list[frappe._dict]:
	"""The batch is locked; a locking read sees what an earlier step committed."""
	row = frappe.qb.DocType(ROW)
	return (
		frappe.qb.from_(row)
		.select(row.name, row.service_card, row.amount)
		.where((row.parenttype == BATCH) & (row.parent == batch) & (row.status == PENDING))
		.orderby(row.service_card)
		.limit(CHUNK)
		.for_update()
		.run(as_dict=True)
	)


def credit_rows(doc: frappe._dict, rows: list[frappe._dict]) -> None:
	cards = lock_cards([row.service_card for row in rows])
	credited, refused = [], {}
	for row in rows:
		change = decide(doc, cards.get(row.service_card), row)
		if isinstance(change, Refusal):
			refused[row.name] = frappe.utils.strip_html(text_of(change))
		else:
			credited.append(movement(doc, cards[row.service_card], row, change))
	write(credited)
	for name, note in refused.items():
		frappe.db.set_value(ROW, name, {"status": REFUSED, "note": note}, update_modified=False)
	count(doc, credited, len(refused))


def lock_cards(numbers: list[str]) -> dict[str, Locked]:
	rows = frappe.db.sql(LOCK_CARDS, {"cards": tuple(numbers)})
	return {
		number: Locked(
			rules.Card(number, status, money.cents(cash), money.cents(subsidy), customer),
			company,
			resident,
			cint(sequence),
		)
		for number, status, cash, subsidy, customer, company, resident, sequence in rows
	}


def decide(doc: frappe._dict, locked: Locked | None, row: frappe._dict) -> rules.Change | Refusal:
	if locked is None:
		return Refusal(rules.UNKNOWN_CARD, (row.service_card,))
	if locked.company != doc.company:
		return Refusal(rules.FOREIGN_COMPANY, (row.service_card, locked.company, doc.company))
	wanted = rules.Movement(rules.SUBSIDY_TOP_UP, money.cents(row.amount), customer=doc.customer)
	return rules.apply(locked.card, wanted)


def movement(doc: frappe._dict, locked: Locked, row: frappe._dict, change: rules.Change) -> dict:
	columns = movements.columns(locked, change, money.cents(row.amount))
	now, actor = columns["transacted_on"], doc.submitted_by
	return {
		**columns,
		"name": frappe.generate_hash(length=10),
		"owner": actor,
		"creation": now,
		"modified": now,
		"modified_by": actor,
		"docstatus": 1,
		"idx": 0,
		"service_card": locked.card.number,
		"transaction_type": rules.SUBSIDY_TOP_UP,
		"card_subsidy_batch": doc.name,
		"subsidy_row": row.name,
		"transacted_by": actor,
	}


def write(credited: list[dict]) -> None:
	if not credited:
		return
	frappe.db.bulk_insert(TRANSACTION, FIELDS, [[row[field] for field in FIELDS] for row in credited])
	names = {"names": tuple(row["name"] for row in credited)}
	frappe.db.sql(WRITE_CARDS, names)
	frappe.db.sql(MARK_ROWS, names)


def count(doc: frappe._dict, credited: list[dict], refused: int) -> None:
	doc.credited_count = cint(doc.credited_count) + len(credited)
	doc.credited_amount = flt(
		money.cents(doc.credited_amount) + money.total(row["amount"] for row in credited)
	)
	doc.refused_count = cint(doc.refused_count) + refused
	doc.last_step_on = now_datetime()
	fields = ("credited_count", "credited_amount", "refused_count", "last_step_on")
	frappe.db.set_value(BATCH, doc.name, {field: doc[field] for field in fields}, update_modified=False)


def show_progress(doc: frappe._dict) -> None:
	done = doc.credited_count + doc.refused_count
	if doc.row_count:
		frappe.publish_progress(
			100 * done / doc.row_count, title=_("Crediting the Cards"), doctype=BATCH, docname=doc.name
		)


# ---- the ledger ---------------------------------------------------------------------------------------------------------


def finish(doc: frappe._dict) -> None:
	"""The last step: what was credited is owed by the company. What the ledger refuses is tried again by the sweep."""
	frappe.db.savepoint("finish_batch")
	try:
		with jobs.acting_as(doc.submitted_by):
			entry = post(doc)
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="finish_batch")
		frappe.clear_messages()
		reason = frappe.utils.strip_html(str(error))[:500]
		frappe.db.set_value(
			BATCH, doc.name, {"last_error": reason, "last_step_on": now_datetime()}, update_modified=False
		)
		if reason != doc.last_error:
			tell(doc, "The subsidy batch {0} is on the cards but not in the ledger: {1}", (doc.name, reason))
		return
	frappe.db.set_value(
		BATCH,
		doc.name,
		{"status": CREDITED, "journal_entry": entry, "finished_on": now_datetime(), "last_error": None},
	)
	frappe.publish_realtime(
		"card_subsidy_batch_credited", {"batch": doc.name}, doctype=BATCH, docname=doc.name, after_commit=True
	)
	tell(
		doc,
		"The subsidy batch {0} is credited: {1} rows, {2} refused",
		(doc.name, doc.credited_count, doc.refused_count),
	)


def post(doc: frappe._dict) -> str | None:
	amount = money.cents(doc.credited_amount)
	if not amount:
		return None
	key = f"{BATCH}/{doc.name}"
	today = now_datetime().date()
	rows = [
		journal.Row(
			settings.required(doc.company, "subsidy_receivable_account"),
			amount,
			party_type="Customer",
			party=doc.customer,
		),
		journal.Row(settings.required(doc.company, "card_liability_account"), -amount),
	]
	source = frappe._dict(doctype=BATCH, name=doc.name, company=doc.company)
	remark = _("Card subsidies of {0} for {1}: {2} cards, batch {3}").format(
		doc.customer, f"{doc.month:%Y-%m}", doc.credited_count, doc.name
	)
	entry = journal.post(key, source, today, rows, remark)
	table = frappe.qb.DocType(TRANSACTION)
	frappe.qb.update(table).set(table.posting_key, key).set(table.journal_entry, entry).where(
		table.card_subsidy_batch == doc.name
	).run()
	return entry


def tell(doc: frappe._dict, subject: str, values: tuple) -> None:
	notifications.tell([doc.submitted_by], subject, values, doctype=BATCH, name=doc.name, mail=False)
