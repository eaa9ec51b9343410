"""Subsidy batches: each row once, whatever happens meanwhile, and the receivable that follows from them (DESK-03)."""

from io import BytesIO

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from openpyxl import Workbook

from property_service import settings
from property_service.property_service.doctype.card_subsidy_batch import (
	card_subsidy_batch,
	crediting,
	rows,
)
from property_service.rules import service_card as rules
from tests.site.card_line import TRANSACTION, Cards, credit, customer, findings, parts
from tests.site.repair_line import refused
from tests.site.till_line import ledger

BATCH, ROW = "Card Subsidy Batch", "Card Subsidy Row"


@pytest.fixture
def cards(cast, as_user):
	cards = Cards(cast, as_user)
	yield cards
	frappe.set_user("Administrator")
	assert findings() == []


@pytest.fixture
def employer():
	return customer()


def some_cards(cards, employer, count=3):
	return [cards.card(employer=employer) for _ in range(count)]


def submitted(cards, employer, amounts, **values):
	with cards.as_user("clerk"):
		batch = frappe.get_doc(cards.batch_values(employer, amounts, **values)).insert()
		batch.submit()
	return batch.name


def states(batch):
	return frappe.get_all(ROW, {"parent": batch}, pluck="status", order_by="idx")


def spreadsheet(batch, table, name="补贴.xlsx"):
	book = Workbook()
	for line in table:
		book.active.append(line)
	content = BytesIO()
	book.save(content)
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"content": content.getvalue(),
			"is_private": 1,
			"attached_to_doctype": BATCH,
			"attached_to_name": batch,
		}
	).insert()


@pytest.mark.rule("DESK-03")
def test_a_batch_is_owed_by_the_company_and_on_its_cards(cards, employer, cast):
	first, second = some_cards(cards, employer, 2)
	batch = cards.subsidise(employer, {first: 300, second: 150.55})
	assert (parts(first), parts(second)) == ((0, 300), (0, 150.55))
	assert (batch.status, batch.credited_count, batch.credited_amount) == ("Credited", 2, 450.55)
	assert ledger(batch.journal_entry) == {
		settings.required(cast.company, "subsidy_receivable_account"): 450.55,
		settings.required(cast.company, "card_liability_account"): -450.55,
	}
	party = frappe.get_all(
		"GL Entry",
		{"voucher_no": batch.journal_entry, "debit": (">", 0)},
		["party_type", "party"],
		order_by="name",
	)
	assert [(row.party_type, row.party) for row in party] == [("Customer", employer.name)]


@pytest.mark.rule("DESK-03", "Q-04")
def test_a_step_that_dies_leaves_nothing_and_the_next_one_goes_on(cards, employer, monkeypatch):
	numbers = some_cards(cards, employer, 5)
	batch = submitted(cards, employer, dict.fromkeys(numbers, 20))
	monkeypatch.setattr(crediting, "CHUNK", 2)
	crediting.credit(batch)
	assert states(batch).count("Credited") == 2

	def killed(*_arguments):
		raise KeyboardInterrupt

	frappe.db.savepoint("job")
	with monkeypatch.context() as during:
		during.setattr(crediting, "count", killed)
		with pytest.raises(KeyboardInterrupt):
			crediting.credit(batch)
	frappe.db.rollback(save_point="job")
	assert states(batch).count("Credited") == 2
	credit(batch)
	assert states(batch) == ["Credited"] * 5
	assert [parts(number) for number in numbers] == [(0, 20)] * 5
	assert frappe.db.count(TRANSACTION, {"card_subsidy_batch": batch}) == 5


@pytest.mark.rule("DESK-03", "Q-04")
def test_a_batch_that_lost_its_job_is_taken_up_by_the_sweep(cards, employer, monkeypatch):
	(number,) = some_cards(cards, employer, 1)
	batch = submitted(cards, employer, {number: 20})
	enqueued = []
	monkeypatch.setattr(crediting, "enqueue", enqueued.append)
	crediting.resume_interrupted()
	assert batch not in enqueued
	long_ago = add_to_date(now_datetime(), minutes=-crediting.LOST_AFTER - 1)
	frappe.db.set_value(BATCH, batch, "last_step_on", long_ago, update_modified=False)
	crediting.resume_interrupted()
	assert batch in enqueued
	credit(batch)
	crediting.credit(batch)  # a job that was sent twice finds nothing to do
	assert parts(number) == (0, 20)


@pytest.mark.rule("DESK-03", "Q-02")
def test_the_database_lets_no_row_be_credited_twice(cards, employer):
	(number,) = some_cards(cards, employer, 1)
	batch = cards.subsidise(employer, {number: 20})
	frappe.db.set_value(ROW, batch.rows[0].name, "status", "Pending")
	frappe.db.set_value(BATCH, batch.name, "status", "Crediting")
	frappe.db.savepoint("again")
	with pytest.raises(Exception, match="Duplicate entry"):
		crediting.credit(batch.name)
	frappe.db.rollback(save_point="again")
	frappe.db.set_value(ROW, batch.rows[0].name, "status", "Credited")
	frappe.db.set_value(BATCH, batch.name, "status", "Credited")
	assert parts(number) == (0, 20)


@pytest.mark.rule("DESK-03")
def test_rows_that_a_card_does_not_take_are_refused_with_the_reason(cards, employer):
	lost, closed, other, good = some_cards(cards, employer, 4)
	batch = submitted(cards, employer, {lost: 10, closed: 11, other: 12, good: 13})
	cards.move(lost, rules.REPORT_LOSS)
	cards.move(closed, rules.CLOSE, reason="离职")
	frappe.db.set_value("Service Card", other, "customer", customer().name)
	credit(batch)
	doc = frappe.get_doc(BATCH, batch)
	assert [row.status for row in doc.rows] == ["Refused", "Refused", "Refused", "Credited"]
	assert all(row.note for row in doc.rows[:3])
	assert (doc.credited_amount, doc.refused_count, doc.status) == (13, 3, "Credited")
	assert ledger(doc.journal_entry) and sum(map(abs, ledger(doc.journal_entry).values())) == 26


@pytest.mark.rule("DESK-03")
@pytest.mark.parametrize(
	("amounts", "message"),
	[
		({}, rules.NO_ROWS),
		({"880000000000": 10}, rules.ROW_NUMBER),
		({"own": 0}, rules.ROW_AMOUNT),
		({"own": 0.005}, rules.ROW_AMOUNT),
		({"own": -3}, rules.ROW_AMOUNT),
	],
)
def test_what_cannot_be_credited_is_refused_before_anything_moves(cards, employer, amounts, message):
	(own,) = some_cards(cards, employer, 1)
	amounts = {own if card == "own" else card: amount for card, amount in amounts.items()}
	refused(lambda: submitted(cards, employer, amounts), message)
	assert parts(own) == (0, 0)


@pytest.mark.rule("DESK-03")
def test_a_card_stands_once_in_a_batch(cards, employer):
	(own,) = some_cards(cards, employer, 1)
	values = cards.batch_values(employer, {own: 10})
	values["rows"].append({"service_card": own, "amount": 5})
	with cards.as_user("clerk"):
		refused(frappe.get_doc(values).insert, rules.ROW_TWICE)


@pytest.mark.rule("DESK-03")
def test_a_company_has_one_batch_a_month_and_supplements_with_a_reason(cards, employer):
	(own,) = some_cards(cards, employer, 1)
	cards.subsidise(employer, {own: 10}, month="2026-03")
	refused(lambda: submitted(cards, employer, {own: 5}, month="2026-03"), rules.SECOND_BATCH)
	refused(
		lambda: submitted(cards, employer, {own: 5}, month="2026-03", supplementary=1),
		rules.NO_SUPPLEMENT_REASON,
	)
	cards.subsidise(employer, {own: 5}, month="2026-03", supplementary=1, supplement_reason="补发")
	assert parts(own) == (0, 15)


@pytest.mark.rule("DESK-03")
def test_a_submitted_batch_stays_as_it_is(cards, employer):
	(own,) = some_cards(cards, employer, 1)
	batch = cards.subsidise(employer, {own: 10})
	with cards.as_user("clerk"):
		with pytest.raises(frappe.PermissionError):
			batch.cancel()
		batch.reload()
		batch.rows[0].amount = 99
		with pytest.raises(frappe.ValidationError):
			batch.save()
		with pytest.raises(frappe.PermissionError):
			frappe.delete_doc(BATCH, batch.name)
	batch.reload()
	refused(batch.cancel, card_subsidy_batch.STAYS)
	assert frappe.db.get_value(ROW, batch.rows[0].name, "amount") == 10


@pytest.mark.rule("DESK-03")
def test_the_state_of_a_batch_is_the_servers(cards, employer):
	(own,) = some_cards(cards, employer, 1)
	with cards.as_user("clerk"):
		values = cards.batch_values(employer, {own: 10}, status="Credited", credited_amount=10)
		values["rows"][0].update({"status": "Credited"})
		batch = frappe.get_doc(values).insert()
	assert (batch.status, batch.credited_amount) == ("Draft", 0)
	assert batch.rows[0].status == "Pending"
	assert parts(own) == (0, 0)


@pytest.mark.rule("DESK-03")
def test_rows_come_from_a_spreadsheet_all_or_none(cards, employer):
	first, second = some_cards(cards, employer, 2)
	with cards.as_user("clerk"):
		batch = frappe.get_doc(cards.batch_values(employer, {})).insert()
		file = spreadsheet(
			batch.name,
			[["姓名", "卡号", "金额"], ["甲", first, "￥1,200.50"], [], ["乙", second.lower(), 30]],
		)
		answer = rows.import_rows(batch.name, file.file_url)
		assert answer == {"rows": 2, "total_amount": 1230.5}
		wrong = spreadsheet(batch.name, [["卡号", "金额"], ["88NOSUCHCARD", 5]], "错.xlsx")
		refused(lambda: rows.import_rows(batch.name, wrong.file_url), rules.ROW_NUMBER)
		batch.reload()
		assert len(batch.rows) == 2
		batch.submit()
	credit(batch.name)
	assert (parts(first), parts(second)) == ((0, 1200.5), (0, 30))


@pytest.mark.rule("DESK-03")
def test_last_month_is_copied_without_who_left_and_with_the_new_card_of_who_replaced(cards, employer):
	stays, replaced, left = some_cards(cards, employer, 3)
	cards.subsidise(employer, {stays: 100, replaced: 110, left: 120}, month="2026-03")
	new = cards.move(replaced, rules.REPLACE, new_card_no=f"{replaced}9")["other_card"]
	cards.move(left, rules.CLOSE, reason="离职")
	with cards.as_user("clerk"):
		batch = frappe.get_doc(cards.batch_values(employer, {}, month="2026-04")).insert()
		answer = rows.copy_last_month(batch.name)
		batch.reload()
	assert [(row.service_card, row.amount) for row in batch.rows] == [(stays, 100), (new, 110)]
	assert [row["card"] for row in answer["left_out"]] == [left]
	assert answer["total_amount"] == 210


@pytest.mark.rule("DESK-03")
def test_who_is_not_at_the_desk_makes_no_batch(cards, employer):
	(own,) = some_cards(cards, employer, 1)
	with cards.as_user("technician"), pytest.raises(frappe.PermissionError):
		frappe.get_doc(cards.batch_values(employer, {own: 10})).insert()


@pytest.mark.rule("DESK-03", "Q-02")
def test_statements_do_not_grow_with_the_rows(cards, employer, count_sql):
	numbers = some_cards(cards, employer, 12)

	def statements(amounts, month):
		batch = submitted(cards, employer, amounts, month=month)
		with count_sql() as count:
			crediting.credit(batch)
		credit(batch)
		return len(count)

	statements(dict.fromkeys(numbers[:2], 1), "2026-01")
	few = statements(dict.fromkeys(numbers[:2], 1), "2026-02")
	many = statements(dict.fromkeys(numbers, 1), "2026-03")
	assert few == many
