"""A newcomer's first day: the workspace shows the steps in Chinese, and a step leads through the form field by field."""

import pytest

from tests.desk.pages.desk import CHINESE
from tests.desk.pages.onboarding import Onboarding

CASES = (
	("clerk", "service-desk", "First Day at the Service Desk", 4),
	("clerk", "front-desk", "First Day at the Till", 3),
	("storekeeper", "stores", "First Day in the Stores", 4),
	("stores_accountant", "low-value-articles", "First Month of the Accountant", 3),
)


@pytest.mark.parametrize(("person", "workspace", "title", "steps"), CASES)
def test_a_newcomer_sees_the_own_first_steps(sit_down, shots, person, workspace, title, steps):
	onboarding = Onboarding(sit_down(person), workspace, title)
	shown = onboarding.steps()
	assert len(shown) == steps and all(CHINESE.search(step) for step in shown)
	assert CHINESE.search(onboarding.explained)
	onboarding.desk.picture(shots, f"onboarding-{workspace}")


def test_the_tour_leads_a_clerk_through_the_first_repair(sit_down, shots):
	onboarding = Onboarding(sit_down("clerk"), "service-desk", "First Day at the Service Desk")
	tour = onboarding.choose("Enter the First Repair").start("Enter a Repair")
	tour.stands_at("Who Calls", "contact_phone").picture(shots, "tour-repair-ticket")
	tour.next().stands_at("Which Room", "property_unit")
	tour.next().stands_at("What Is Broken", "repair_category")


def test_who_is_no_newcomer_of_that_kind_sees_none(sit_down):
	desk = sit_down("technician").route("service-desk")
	desk.page.locator(".ce-block").first.wait_for()
	assert desk.page.locator(".onboarding-widget-box:visible").count() == 0
