"""The statement of a card and the movements of a company's cards by month (DESK-04)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from property_service.property_service.report.card_movements import card_movements
from property_service.rules import service_card as rules
from tests.site.card_line import TRANSACTION, Cards, customer, parts


@pytest.fixture
def cards(cast, as_user):
	cards = Cards(cast, as_user)
	cards.open_till()
	return cards


def report(cards, **filters):
	first = add_days(nowdate(), -200)
	values = {"company": cards.cast.company, "from_date": first, "to_date": nowdate(), **filters}
	with cards.as_user("service_manager"):
		return card_movements.execute(values)[1]


def back_to(card, day, **filters):
	"""As if it had happened then."""
	for name in frappe.get_all(
		TRANSACTION, {"service_card": card, **filters}, pluck="name", order_by="sequence"
	):
		frappe.db.set_value(TRANSACTION, name, "posting_date", day, update_modified=False)


@pytest.mark.rule("DESK-04")
def test_a_month_of_a_company_ties_from_opening_to_closing(cards):
	employer = customer()
	card, other = cards.card(employer=employer), cards.card(employer=employer)
	cards.move(card, rules.CASH_TOP_UP, 100, how="cash")
	earlier = (
		getdate("2026-01-20") if getdate() > getdate("2026-03-01") else getdate(add_days(nowdate(), -60))
	)
	back_to(card, earlier)
	cards.subsidise(employer, {card: 60, other: 40})
	cards.pay(card, 75.5)
	cards.move(card, rules.REFUND, 10, how="cash")
	cards.move(card, rules.CASH_DEDUCTION, 4.5, reason="多充")
	cards.move(other, rules.CLOSE, reason="离职")
	first = nowdate()[:8] + "01"
	(row,) = report(cards, customer=employer.name, from_date=first)
	assert (row["month"], row["opening"], row["subsidised"], row["consumed"]) == (
		nowdate()[:7],
		100,
		100,
		-75.5,
	)
	assert (row["paid_back"], row["deducted"], row["topped_up"]) == (-50, -4.5, 0)
	assert row["closing"] == sum(parts(card)) + sum(parts(other)) == 70


@pytest.mark.rule("DESK-04")
def test_months_follow_each_other(cards):
	employer = customer()
	card = cards.card(employer=employer)
	cards.move(card, rules.CASH_TOP_UP, 30, how="cash")
	back_to(card, getdate(add_days(nowdate()[:8] + "01", -3)))
	cards.move(card, rules.CASH_TOP_UP, 12, how="wechat")
	rows = report(cards, customer=employer.name)
	assert [(row["opening"], row["topped_up"], row["closing"]) for row in rows] == [(0, 30, 30), (30, 12, 42)]


@pytest.mark.rule("DESK-04")
def test_one_row_per_card_shows_what_each_holds(cards):
	employer = customer()
	numbers = sorted(cards.card(employer=employer, cash=10 + index) for index in range(3))
	new = cards.move(numbers[0], rules.REPLACE, new_card_no=f"{numbers[0]}7")["other_card"]
	rows = {row["service_card"]: row for row in report(cards, customer=employer.name, by_card=1)}
	assert set(rows) == {*numbers, new}
	for number, row in rows.items():
		assert row["closing"] == sum(parts(number))
	assert rows[new]["moved"] == -rows[numbers[0]]["moved"] != 0


@pytest.mark.rule("DESK-04")
def test_every_type_of_movement_has_its_column():
	grouped = [kind for kinds in card_movements.GROUPS.values() for kind in kinds]
	without_money = {rules.REPORT_LOSS, rules.CANCEL_LOSS, rules.GRANT_ACCESS, rules.REVOKE_ACCESS}
	assert sorted(grouped) == sorted(set(rules.TYPES) - without_money)


@pytest.mark.rule("DESK-04")
def test_the_report_reads_in_as_many_statements_for_many_cards(cards, count_sql):
	employer = customer()
	cards.card(employer=employer, cash=5)
	report(cards, customer=employer.name, by_card=1)
	with count_sql() as few:
		report(cards, customer=employer.name, by_card=1)
	for _ in range(3):
		cards.card(employer=employer, cash=5)
	with count_sql() as many:
		rows = report(cards, customer=employer.name, by_card=1)
	assert (len(rows), len(many)) == (4, len(few))


@pytest.mark.rule("DESK-04")
def test_the_statement_lists_the_period_with_its_balances(cards):
	card = cards.card(cash=50)
	back_to(card, getdate(add_days(nowdate(), -20)))
	cards.pay(card, 12.5, terminal="<b>食堂</b>")
	with cards.as_user("clerk"):
		frappe.form_dict.update({"from_date": add_days(nowdate(), -5), "to_date": nowdate()})
		try:
			html = frappe.get_print("Service Card", card, "Card Statement")
		finally:
			frappe.form_dict.pop("from_date"), frappe.form_dict.pop("to_date")
		whole = frappe.get_print("Service Card", card, "Card Statement")
	assert "¥ 50.00" in html and "¥ 37.50" in html and "-12.50" in html
	assert "<b>食堂</b>" not in html and "食堂" in html
	assert "50.00</td>" in whole
