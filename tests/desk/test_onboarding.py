"""A newcomer's first day: the workspace shows the steps in Chinese, and its tours lead through the forms field by field."""

import frappe
import pytest
from playwright.sync_api import expect

from tests.desk.pages.desk import CHINESE
from tests.desk.pages.onboarding import Onboarding
from tests.unit.definitions import definitions

STEPS = {record["name"]: record for record in definitions("onboarding_step").values()}
TOURS = {record["name"]: record for record in definitions("form_tour").values()}
CASES = (
	("clerk", "service-desk", "First Day at the Service Desk", 4),
	("clerk", "front-desk", "First Day at the Till", 3),
	("storekeeper", "stores", "First Day in the Stores", 4),
	("stores_accountant", "low-value-articles", "First Month of the Accountant", 3),
)


@pytest.fixture(autouse=True)
def newcomers(site_connection):
	"""A step that one of them took is done for all: it is taken back afterwards."""
	yield
	frappe.db.set_value("Onboarding Step", {"name": ("in", list(STEPS))}, "is_complete", 0)
	frappe.db.commit()


def test_a_company_without_stores_has_no_month_to_show_and_nothing_pops_up(sit_down, stores_made):
	desk = sit_down("storekeeper").route("stores")
	month = desk.page.locator(".ce-block .month-end")
	expect(month).to_have_text(desk.zh("Nothing to show for this company."), timeout=20_000)
	assert desk.idle().page.locator(".modal.show").count() == 0


@pytest.mark.parametrize(("person", "workspace", "title", "steps"), CASES)
def test_a_newcomer_sees_the_own_first_steps_and_is_led_through_the_forms(
	sit_down, low_value, shots, person, workspace, title, steps
):
	onboarding = Onboarding(sit_down(person), workspace, title)
	shown = onboarding.steps()
	assert len(shown) == steps and all(CHINESE.search(step) for step in shown)
	assert CHINESE.search(onboarding.explained)
	onboarding.desk.picture(shots, f"onboarding-{workspace}")
	led = [STEPS[row["step"]] for row in definitions("module_onboarding")[frappe.scrub(title)]["steps"]]
	for step in led:
		if not step.get("form_tour"):
			continue
		tour = onboarding.choose(step["title"]).start(step["action_label"])
		tour.picture(shots, f"tour-{frappe.scrub(step['reference_document'])}")
		tour.play(TOURS[step["form_tour"]]["steps"]).back()
		expect(onboarding.step(step["title"])).to_contain_class("complete")


def test_who_is_no_newcomer_of_that_kind_sees_none(sit_down):
	desk = sit_down("technician").route("service-desk")
	desk.page.locator(".ce-block").first.wait_for()
	assert desk.page.locator(".onboarding-widget-box:visible").count() == 0
