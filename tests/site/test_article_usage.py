"""Shared articles: the label is scanned, a turn begins and ends (LV-03); the register, the label and the check of the ledger."""

import frappe
import pytest
from frappe.utils import getdate

from property_service.low_value import endings, sheet, usage
from property_service.property_service.report.low_value_ledger_check import low_value_ledger_check
from property_service.property_service.report.low_value_register import low_value_register
from property_service.rules import amortisation as rules
from property_service.rules import article_usage
from tests import low_value as make
from tests.low_value import ARTICLE, articles_of
from tests.site.repair_line import refused

USAGE = "Article Usage"


@pytest.fixture
def entry(low_value, stores, as_user):
	return make.issue(stores, as_user, make.item(rules.FIFTY_FIFTY).name, 2, rate=2500)


@pytest.fixture
def article(entry):
	return articles_of(entry)[0]


@pytest.mark.rule("LV-03")
class TestTurns:
	def test_a_scan_begins_a_turn_and_ends_the_one_before(self, article, as_user, cast):
		with as_user("technician"):
			known = usage.take_over(f"https://desk.example.com/app/article-scan/{article.name}", "Good")
			assert known["mine"]
			refused(lambda: usage.take_over(article.name), article_usage.HAS_IT_ALREADY)
		with as_user("clerk"):
			assert not usage.look_at(article.name)["mine"]
			known = usage.take_over(article.name, "Worn", "椅背松动")
		assert known["current"].employee == cast.employee("clerk")
		newest, first = known["turns"]
		assert (first.employee, first.condition_before, first.condition_after) == (
			cast.employee("technician"),
			"Good",
			"Worn",
		)
		assert first.used_to and not newest.used_to
		with as_user("clerk"):
			assert usage.give_back(article.name, "Damaged")["current"] is None
			refused(lambda: usage.give_back(article.name), article_usage.NOT_OUT)
		assert frappe.db.count(USAGE, {"article": article.name, "used_to": ("is", "set")}) == 2

	def test_not_what_is_gone_nor_by_a_stranger_nor_an_unknown_label(self, article, entry, as_user):
		with as_user("resident"):
			refused(
				lambda: usage.look_at(article.name), article_usage.NOT_AN_EMPLOYEE, frappe.PermissionError
			)
		with as_user("technician"):
			refused(lambda: usage.look_at("DZ-1999-1"), article_usage.NO_SUCH_LABEL)
			refused(lambda: usage.take_over(article.name, "Fine"), article_usage.NO_CONDITION)
		endings.life_end(entry, [article.name], rules.SCRAPPED, getdate())
		with as_user("technician"):
			refused(lambda: usage.take_over(article.name), rules.NOT_THERE)

	def test_a_turn_is_written_by_scanning_only(self, committed, rest, article, as_user):
		with as_user("technician"):
			usage.take_over(article.name)
		committed()
		turn = frappe.db.get_value(USAGE, {"article": article.name}, "name")
		for person in ("storekeeper", "stores_accountant", "technician"):
			assert not rest(person).insert(USAGE, {"article": article.name, "employee": article.keeper}).ok
			assert not rest(person).update(USAGE, turn, {"condition_before": "Damaged"}).ok
			assert not rest(person).delete(USAGE, turn).ok
		api = "property_service.low_value.usage.take_over"
		for code in (None, "", {"a": 1}, [1], "😀", "x" * 10_000, "'; drop table x"):
			assert rest("technician").call(api, code=code).status_code < 500


@pytest.mark.rule("LV-02")
class TestPapers:
	def test_the_register_lists_what_a_department_has(self, entry, cast, as_user):
		department = cast.department_of("technician")
		with as_user("department_head"):
			_columns, rows = low_value_register.execute({"company": entry.company, "department": department})
		own = [row for row in rows if row.article in {found.name for found in articles_of(entry)}]
		assert [(row.cost, row.amortised_amount, row.net_value) for row in own] == [(2500, 1250, 1250)] * 2
		assert {row.user_name for row in own} == {"张建国"}
		with as_user("other_department_head"):
			_columns, rows = low_value_register.execute({"company": entry.company, "department": department})
		assert rows == []

	def test_the_label_shows_number_and_code(self, article):
		html = frappe.get_print(ARTICLE, article.name, print_format="Article Label")
		assert article.name in html
		assert sheet.article_qr_code(article.name) in html
		frappe.db.set_value(ARTICLE, article.name, "specification", "<script>x</script>")
		assert "<script>x" not in frappe.get_print(ARTICLE, article.name, print_format="Article Label")


@pytest.mark.rule("LV-05")
class TestCheck:
	def check(self, company):
		_columns, rows, message = low_value_ledger_check.execute({"company": company})
		return next(row for row in rows if row.get("bold")), rows, message

	def test_it_proves_that_everything_ties(self, entry, as_user):
		with as_user("finance_manager"):
			total, _rows, message = self.check(entry.company)
		assert total["difference"] == 0
		assert total["ledger"] == total["articles"]
		assert message == frappe._("Everything ties to the ledger to the cent.")

	def test_it_finds_what_somebody_changed_past_the_procedure(self, entry, article):
		frappe.db.set_value(ARTICLE, article.name, {"net_value": 1, "cost": 1251})
		total, rows, message = self.check(entry.company)
		assert total["difference"] == 1249
		assert article.name in {row["of"] for row in rows if row.get("difference")}
		assert message == frappe._("Something does not tie: see the rows with a difference.")
		assert any(article.name in line for line in make.broken())

	def test_the_technician_does_not_read_it(self, entry, as_user):
		with as_user("technician"), pytest.raises(frappe.PermissionError):
			low_value_ledger_check.execute({"company": entry.company})
