"""What employees owe for lost tools, by age; the report ERPNext does not have (LV-10, LV-11)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from property_service import settings
from property_service.property_service.report.employee_receivables import employee_receivables as report
from property_service.tools import losing
from tests.site.tool_line import Tools

pytestmark = pytest.mark.rule("LV-10")


@pytest.fixture
def tools(stores, cast, as_user):
	return Tools(stores, cast, as_user)


def shown(tools, person="finance_manager", **filters):
	with tools.as_user(person):
		_columns, rows = report.execute({"company": tools.company, **filters})
	employee = tools.cast.employee("technician")
	return [row for row in rows if row.employee == employee]


def test_a_compensation_is_listed_with_its_age(tools):
	before = sum(row.balance for row in shown(tools))
	custody = tools.issue(tools.tool())
	with tools.as_user("finance_manager"):
		losing.decide_loss(custody.name, "找不到", 60)
	account = settings.company_row(tools.company).other_receivable_account
	(row,) = [row for row in shown(tools) if row.account == account]
	assert row.balance - before == 60
	assert row.age_0 >= 60
	later = shown(tools, as_of=add_days(nowdate(), 100))
	assert sum(row.age_3 for row in later) >= 60
	assert shown(tools, as_of=add_days(nowdate(), -1)) == [] or before


def test_who_may_not_read_the_ledger_does_not_see_it(tools):
	for person in ("storekeeper", "technician"):
		with pytest.raises(frappe.PermissionError):
			shown(tools, person)
