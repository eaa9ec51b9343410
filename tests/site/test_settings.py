"""Settings, their defaults and the switches of the procedures (ORG-06)."""

import frappe
import pytest
from frappe.utils import get_time

from property_service import guards, settings
from property_service.setup import defaults
from tests.site import make

pytestmark = pytest.mark.rule("ORG-06")

# What the procedures and the rules made of them say, number by number.
NUMBERS = {
	"emergency_response_minutes": 30,
	"response_hours": 4,
	"resolution_days": 3,
	"deferral_alarm_hours": 0,
	"chase_after_working_days": 1,
	"duplicate_window_seconds": 60,
	"follow_up_attempts": 3,
	"follow_up_attempt_days": 2,
	"follow_up_due_days": 7,
	"urgent_follow_up_due_days": 1,
	"reopen_at_score": 2,
	"retention_months": 24,
}


@pytest.fixture
def company():
	return frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": "湖景物业",
			"abbr": "HJ",
			"default_currency": "CNY",
			"country": "China",
		}
	).insert()


@pytest.fixture
def row():
	doc = frappe.get_doc(settings.DOCTYPE)
	return doc, next(row for row in doc.companies if row.company == make.company())


def refused(text: str):
	return pytest.raises(frappe.ValidationError, match=text)


class TestDefaults:
	@pytest.fixture
	def fresh_site(self):
		"""Settings as they are before the app has ever filled them."""
		frappe.db.delete("Singles", {"doctype": settings.DOCTYPE})
		for table in (
			"Property Service Company",
			"Follow Up Policy",
			"Owner Category",
			"Property Service Deputy",
		):
			frappe.db.delete(table, {"parent": settings.DOCTYPE})
		frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)
		yield
		frappe.clear_document_cache(settings.DOCTYPE, settings.DOCTYPE)

	def test_every_number_of_the_source(self, fresh_site):
		defaults.fill_settings()
		filled = frappe.get_doc(settings.DOCTYPE)
		assert {name: filled.get(name) for name in NUMBERS} == NUMBERS
		hours = [get_time(filled.desk_opens_at), get_time(filled.desk_closes_at)]
		assert hours == [get_time("08:30"), get_time("17:30")]

	@pytest.mark.rule("SVC-06")
	def test_who_is_called_back(self, fresh_site):
		defaults.fill_settings()
		rows = frappe.get_doc(settings.DOCTYPE).follow_up_policies
		policies = [
			(row.reference_doctype, row.priority, row.share_percent, row.due_within_days) for row in rows
		]
		assert policies == [
			("Customer Complaint", None, 100, 1),
			("Repair Ticket", "Emergency", 100, 1),
			("Repair Ticket", None, 30, 7),
		]

	def test_existing_companies_get_a_working_row(self, fresh_site):
		defaults.fill_settings()
		rows = frappe.get_doc(settings.DOCTYPE).companies
		assert {row.company for row in rows} == set(frappe.get_all("Company", pluck="name", order_by="name"))
		ours = next(row for row in rows if row.company == make.company())
		assert ours.service == 1
		assert ours.cost_center == frappe.get_cached_value("Company", make.company(), "cost_center")

	@pytest.mark.rule("Q-06")
	def test_nothing_that_was_chosen_changes(self):
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.update(
			{"retention_months": 0, "follow_up_attempts": 5, "follow_up_policies": [], "owner_categories": []}
		)
		doc.companies[0].service = 0
		doc.save()
		defaults.fill_settings()
		doc.reload()
		assert (doc.retention_months, doc.follow_up_attempts, doc.companies[0].service) == (0, 5, 0)
		assert not doc.follow_up_policies
		assert not doc.owner_categories

	def test_second_run_writes_nothing(self):
		defaults.fill_settings()
		before = frappe.get_doc(settings.DOCTYPE).modified
		defaults.fill_settings()
		assert frappe.get_doc(settings.DOCTYPE).modified == before

	def test_new_company_gets_its_row_and_a_deleted_one_loses_it(self, company):
		row = settings.company_row(company.name)
		assert row.service == 1
		assert row.cost_center == frappe.db.get_value("Company", company.name, "cost_center")
		defaults.remove_company(company)
		assert settings.company_row(company.name) is None


class TestSwitches:
	@pytest.mark.parametrize("procedure", guards.PROCEDURES)
	def test_each_procedure_is_switched_per_company(self, company, row, procedure):
		doc, ours = row
		for switched_on in (1, 0):
			ours.set(procedure, switched_on)
			doc.save()
			assert guards.procedure_is_on(procedure, make.company()) is bool(switched_on)
		other = guards.procedure_is_on(procedure, company.name)
		assert other is (procedure == "service"), "the other company keeps its own switch"

	def test_refusal_names_company_procedure_and_setting(self, row):
		doc, ours = row
		ours.service = 0
		doc.save()
		with refused("ORG-06") as refusal:
			guards.require_procedure("service", make.company())
		text = str(refusal.value)
		assert make.company() in text
		assert "property-service-settings" in text

	def test_company_without_a_row_uses_nothing(self):
		assert not any(guards.procedure_is_on(procedure, "nobody") for procedure in guards.PROCEDURES)
		with pytest.raises(KeyError):
			guards.procedure_is_on("unheard of", make.company())


class TestRequired:
	def test_returns_what_is_there(self, row):
		doc, ours = row
		ours.environment_department = frappe.get_all("Department", pluck="name", order_by="name", limit=1)[0]
		doc.save()
		assert settings.required(make.company(), "environment_department") == ours.environment_department

	def test_missing_one_is_named_with_a_link(self, row):
		doc, ours = row
		ours.environment_department = None
		doc.save()
		with refused("Environment Department") as refusal:
			settings.required(make.company(), "environment_department")
		assert "property-service-settings" in str(refusal.value)
		with refused("Environment Department"):
			settings.required("nobody", "environment_department")


class TestChecks:
	@pytest.mark.parametrize(
		("change", "text"),
		[
			({"desk_opens_at": "18:00:00"}, "open before it closes"),
			({"follow_up_attempts": -1}, "negative|Negative"),
			(
				{"companies": [{"company": "和园物业服务有限公司"}, {"company": "和园物业服务有限公司"}]},
				"more than once",
			),
			({"owner_categories": [{"category_name": "A"}, {"category_name": "A"}]}, "more than once"),
			(
				{"follow_up_policies": [{"reference_doctype": "Repair Ticket", "share_percent": 101}]},
				"between 0 and 100",
			),
		],
	)
	def test_impossible_settings_are_refused(self, change, text):
		doc = frappe.get_doc(settings.DOCTYPE)
		doc.update(change)
		with refused(text):
			doc.save()

	@pytest.mark.rule("ORG-01")
	def test_deputies(self, cast):
		doc = frappe.get_doc(settings.DOCTYPE)
		deputy = {
			"role": "General Manager",
			"user": cast.user("clerk"),
			"from_date": "2026-03-02",
			"until": "2026-03-01",
		}
		doc.append("deputies", deputy)
		with refused("last day is before the first"):
			doc.save()
		doc.reload()
		doc.append("deputies", {**deputy, "until": "2026-03-05"})
		with refused("does not hold the role"):
			doc.save()

	def test_who_changes_them(self, as_user):
		for person, may in (("service_manager", True), ("clerk", False), ("general_manager", False)):
			with as_user(person):
				assert frappe.has_permission(settings.DOCTYPE, "write") is may


def test_server_fields_go_back_to_what_is_stored():
	"""The guard that every register uses, on a document of the app."""
	unit = make.unit(occupants=9)
	assert unit.occupants == 0
	unit.occupants = 9
	guards.restore_server_fields(unit, ["occupants"])
	assert unit.occupants == 0
	unit.flags.server_write = True
	unit.occupants = 9
	guards.restore_server_fields(unit, ["occupants"])
	assert unit.occupants == 9
