"""The charts of the workspace Service Desk count what their reader may see (SVC-24, ORG-02)."""

import frappe
import pytest

from property_service.property_service.dashboard_chart_source.contacts_per_day import contacts_per_day
from property_service.property_service.dashboard_chart_source.repairs_by_category import repairs_by_category
from property_service.property_service.dashboard_chart_source.repairs_per_week import repairs_per_week
from tests.site import make


def counted(chart) -> int:
	return sum(sum(dataset["values"]) for dataset in chart.get()["datasets"])


@pytest.fixture
def one_more(cast):
	"""How many tickets more each person's chart counts after one for the engineering department."""

	def count(chart, people: tuple[str, ...], **values) -> dict[str, int]:
		before = {person: counted_by(cast.user(person), chart) for person in people}
		frappe.set_user("Administrator")
		category = make.category().name
		for _ in range(3):
			make.ticket(
				department=cast.departments["engineering"],
				repair_category=category,
				location="楼道",
				**values,
			)
		return {person: counted_by(cast.user(person), chart) - before[person] for person in people}

	return count


def counted_by(user: str, chart) -> int:
	frappe.set_user(user)
	return counted(chart)


@pytest.mark.rule("SVC-24", "ORG-02")
def test_weeks_count_what_the_reader_may_see(one_more):
	more = one_more(repairs_per_week, ("clerk", "technician", "other_technician"))
	assert more == {"clerk": 3, "technician": 3, "other_technician": 0}


@pytest.mark.rule("SVC-24")
def test_the_last_bar_is_this_week_and_categories_are_named(cast):
	category = make.category().name
	for _ in range(3):
		make.ticket(repair_category=category, repair_kind="Public Repair")
	weeks = repairs_per_week.get()
	assert len(weeks["labels"]) == repairs_per_week.WEEKS
	assert weeks["datasets"][repairs_per_week.KINDS.index("Public Repair")]["values"][-1] >= 3
	assert len(repairs_by_category.get()["labels"]) <= repairs_by_category.CATEGORIES


@pytest.mark.rule("SVC-24")
def test_contacts_of_the_last_thirty_days_by_category(cast):
	before = counted_by(cast.user("clerk"), contacts_per_day)
	frappe.get_doc(
		{
			"doctype": "Reception Record",
			"category": "Praise",
			"content": "谢谢",
			"contact_name": "何家欢",
			"contact_phone": make.mobile_number(),
		}
	).insert()
	chart = contacts_per_day.get()
	assert counted(contacts_per_day) == before + 1
	assert len(chart["labels"]) == contacts_per_day.DAYS
	assert chart["datasets"][-1]["values"][-1] >= 1


@pytest.mark.rule("ORG-02")
@pytest.mark.parametrize("chart", [repairs_per_week, repairs_by_category, contacts_per_day])
def test_strangers_get_no_chart(cast, chart):
	frappe.set_user(cast.user("cashier"))
	with pytest.raises(frappe.PermissionError):
		chart.get()
