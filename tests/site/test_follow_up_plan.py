"""A follow-up plan is drawn once, reproducibly, shared out and shows its progress (SVC-18)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime, today

from property_service.property_service.doctype.follow_up import follow_up
from property_service.property_service.doctype.follow_up_plan import drawing, follow_up_plan, population
from property_service.property_service.report.follow_up_register import follow_up_register
from property_service.rules import follow_up as rules
from tests.site import complaint_line, make
from tests.site.complaint_line import Line

pytestmark = pytest.mark.rule("SVC-18")

PERIOD = ("2019-03-01", "2019-03-31")


@pytest.fixture(autouse=True)
def no_queue(monkeypatch):
	"""What is ordered in the background runs when the test says so."""
	ordered = []
	monkeypatch.setattr(drawing, "enqueue", lambda plan, user: ordered.append((plan, user)))
	return ordered


def plan_values(cast, **values) -> dict:
	return {
		"doctype": "Follow Up Plan",
		"plan_title": "三月报修回访",
		"company": cast.company,
		"reference_doctype": "Repair Ticket",
		"from_date": PERIOD[0],
		"to_date": PERIOD[1],
		"sample_share": 30,
		"follow_from": today(),
		"follow_until": add_days(today(), 9),
		"owners": [{"user": cast.user("clerk")}, {"user": cast.user("second_clerk")}],
		"outline": [{"question": "维修是否及时?"}, {"question": "对服务态度是否满意?"}],
		**values,
	}


@pytest.fixture
def plan(cast, as_user):
	def insert(**values):
		with as_user("service_manager"):
			return make.insert(plan_values(cast, **values))

	return insert


@pytest.fixture
def drawn(plan, as_user):
	def draw(**values):
		doc = plan(**values)
		with as_user("service_manager"):
			follow_up_plan.draw(doc.name)
			drawing.run(doc.name, frappe.session.user)
		return frappe.get_doc("Follow Up Plan", doc.name)

	return draw


def tickets(count: int, **values) -> list[str]:
	"""Closed tickets of the period; written in bulk, because what a ticket does on its way is not under test here."""
	names = [f"BX-2019-{frappe.generate_hash(length=8)}" for _ in range(count)]
	fields = {
		"company": make.company(),
		"status": "Closed",
		"completed_on": "2019-03-15 10:00:00",
		"repair_kind": "Home Repair",
		"priority": "Normal",
		"contact_name": "何家欢",
		"contact_phone": "13900001111",
		"location": "三楼走廊",
		"description": "水龙头漏水",
		"channel": "Phone",
		"reported_on": "2019-03-14 09:00:00",
		"creation": now_datetime(),
		"modified": now_datetime(),
		**values,
	}
	rows = [[name, *fields.values()] for name in names]
	frappe.db.bulk_insert("Repair Ticket", ["name", *fields], rows)
	return names


def follow_ups(plan) -> list:
	return frappe.get_all("Follow Up", {"follow_up_plan": plan.name}, ["*"], order_by="name")


class TestDrawing:
	def test_the_share_is_drawn_assigned_in_turn_and_spread_over_the_days(self, drawn, cast):
		names = tickets(20)
		doc = drawn()
		made = follow_ups(doc)
		assert (doc.status, doc.population, doc.sample_size, len(made)) == ("Drawn", 20, 6, 6)
		assert [row.reference_name for row in made] == rules.draw_sample(names, 30, doc.name)
		owners = [row.assigned_to for row in made]
		assert owners.count(cast.user("clerk")) == owners.count(cast.user("second_clerk")) == 3
		assert made[0].due_on == getdate(today())
		assert made[-1].due_on > getdate(add_days(today(), 6))
		assert all(row.status == "Open" and row.contact_phone == "13900001111" for row in made)
		assert made[0].outline == "1. 维修是否及时?\n2. 对服务态度是否满意?"
		todos = frappe.get_all("ToDo", {"reference_name": ("in", [row.name for row in made])}, ["*"])
		assert sorted(todo.allocated_to for todo in todos) == sorted(owners)
		assert {row.assigned for row in doc.owners} == {3}

	def test_a_second_run_makes_nothing_and_a_second_order_is_refused(self, drawn, as_user):
		tickets(10)
		doc = drawn(sample_share=100)
		assert drawing.run(doc.name, "Administrator") == 0
		assert len(follow_ups(doc)) == 10
		with as_user("service_manager"), pytest.raises(frappe.ValidationError, match="SVC-18"):
			follow_up_plan.draw(doc.name)

	def test_a_run_after_a_crash_adds_only_what_is_missing(self, drawn):
		tickets(10)
		doc = drawn(sample_share=100)
		lost = follow_ups(doc)[3:7]
		frappe.db.delete("Follow Up", {"name": ("in", [row.name for row in lost])})
		frappe.db.set_value("Follow Up Plan", doc.name, "status", "Drawing")
		assert drawing.run(doc.name, "Administrator") == 4
		again = follow_ups(doc)
		assert len(again) == len({row.reference_name for row in again}) == 10
		assert [(row.name, row.assigned_to) for row in again[3:7]] == [(r.name, r.assigned_to) for r in lost]

	def test_the_database_refuses_the_same_customer_twice_in_a_plan(self, drawn):
		tickets(2)
		doc = drawn(sample_share=100)
		row = follow_ups(doc)[0]
		with pytest.raises(Exception, match="Duplicate entry"):
			frappe.db.bulk_insert("Follow Up", ["name", "plan_key"], [["another", row.plan_key]])

	def test_an_interrupted_plan_is_ordered_again_for_the_same_person(self, plan, cast, no_queue, as_user):
		doc = plan()
		with as_user("service_manager"):
			follow_up_plan.draw(doc.name)
		no_queue.clear()
		drawing.resume_interrupted()
		assert (doc.name, cast.user("service_manager")) not in no_queue
		frappe.db.set_value("Follow Up Plan", doc.name, "modified", "2020-01-01", update_modified=False)
		drawing.resume_interrupted()
		assert no_queue.count((doc.name, cast.user("service_manager"))) == 1

	def test_two_thousand_tickets_in_one_job(self, plan, as_user, count_sql):
		tickets(2000)
		doc = plan(sample_share=100)
		with as_user("service_manager"):
			follow_up_plan.draw(doc.name)
			with count_sql() as count:
				assert drawing.run(doc.name, frappe.session.user) == 2000
		# Two inserts and what is looked up once: the number of statements does not follow the number of tickets.
		assert len(count) < 120
		assert frappe.db.count("ToDo", {"reference_type": "Follow Up", "status": "Open"}) >= 2000
		assert doc.reload().sample_size == 2000

	def test_each_owner_is_told_once(self, drawn, cast):
		tickets(10)
		doc = drawn(sample_share=100)
		for person in ("clerk", "second_clerk"):
			(subject,) = complaint_line.notified(cast.user(person), doc.name)
			assert "5" in subject


class TestPopulation:
	def test_period_states_and_filters(self, plan):
		tickets(3)
		tickets(2, status="In Progress")
		tickets(2, completed_on="2019-04-01 00:00:00")
		tickets(2, completed_on="2019-02-28 23:59:59")
		tickets(1, completed_on="2019-03-31 23:59:59", repair_kind="Public Repair", priority="Urgent")
		assert len(population.of(plan())) == 4
		assert len(population.of(plan(repair_kind="Public Repair"))) == 1
		assert len(population.of(plan(priority="Normal"))) == 3

	def test_units_with_everything_below(self, plan):
		building = make.unit(unit_type="Building", is_group=1)
		room = make.unit(parent_property_unit=building.name)
		tickets(2, property_unit=room.name)
		tickets(1)
		assert len(population.of(plan(property_unit=building.name))) == 2

	def test_who_is_being_asked_or_has_answered_is_not_asked_again(self, drawn, plan):
		tickets(4)
		drawn(sample_share=50)
		assert len(population.of(plan())) == 2

	def test_complaints_of_a_confidential_complainant_stay_nameless(self, cast, as_user, drawn):
		matter = Line(cast, as_user, confidential=1, contact_name="欧阳若兰", contact_phone="13955554321")
		matter.closed()
		frappe.db.set_value("Customer Complaint", matter.name, "acted_on", "2019-03-09")
		frappe.db.delete("Follow Up", {"reference_name": matter.name})
		doc = drawn(reference_doctype="Customer Complaint", sample_share=100)
		(row,) = follow_ups(doc)
		assert (row.reference_name, row.contact_name, row.contact_phone) == (matter.name, None, None)

	def test_residents_by_tier(self, cast, drawn):
		for tier in ("VIP", "Ordinary"):
			resident = make.resident(tier=tier, property_unit=make.unit().name)
			frappe.db.set_value(
				"Resident", resident.name, {"status": "Living In", "resident_name": f"{tier} 回访"}
			)
		doc = drawn(reference_doctype="Resident", tier="VIP", sample_share=100, from_date=None, to_date=None)
		assert "VIP 回访" in [row.contact_name for row in follow_ups(doc)]
		assert "Ordinary 回访" not in [row.contact_name for row in follow_ups(doc)]

	def test_service_orders_of_the_period(self, cast, drawn, plan):
		order = make.order()
		frappe.db.set_value(
			"Service Order",
			order.name,
			{"status": "Finished", "finished_on": "2019-03-05", "assigned_user": cast.user("clerk")},
		)
		doc = drawn(reference_doctype="Service Order", sample_share=100)
		(row,) = follow_ups(doc)
		assert (row.contact_name, row.contact_phone) == (order.customer_name, order.customer_phone)
		# the clerk who went there does not ask how it was
		assert row.assigned_to == cast.user("second_clerk")

	def test_nobody_gets_the_own_work(self, cast, drawn):
		names = tickets(6)
		for name in names[:3]:
			order = make.order()
			frappe.db.set_value(
				"Service Order",
				order.name,
				{"repair_ticket": name, "finished_on": "2019-03-05", "finished_by": cast.user("clerk")},
			)
		doc = drawn(sample_share=100)
		by_ticket = {row.reference_name: row.assigned_to for row in follow_ups(doc)}
		assert {by_ticket[name] for name in names[:3]} == {cast.user("second_clerk")}


class TestProgress:
	def test_recorded_follow_ups_leave_the_list_and_complete_the_plan(self, drawn, as_user, cast):
		tickets(2)
		doc = drawn(sample_share=100)
		first, second = follow_ups(doc)
		self.record(as_user, first, score=5)
		assert follow_up_plan.progress_of(doc.name)["by_state"] == {
			"Open": 1,
			"Reached": 1,
			"Not Reached": 0,
			"Cancelled": 0,
		}
		assert frappe.db.get_value("ToDo", {"reference_name": first.name}, "status") == "Closed"
		assert frappe.db.get_value("Follow Up Plan", doc.name, "status") == "Drawn"
		self.record(as_user, second, score=4)
		assert frappe.db.get_value("Follow Up Plan", doc.name, "status") == "Completed"
		owners = follow_up_plan.progress_of(doc.name)["owners"]
		assert owners[first.assigned_to]["done"] == owners[first.assigned_to]["assigned"] == 1

	def record(self, as_user, row, score):
		with as_user(row.assigned_to):
			doc = frappe.get_doc("Follow Up", row.name)
			doc.append("attempts", {"method": "Phone", "reached": 1})
			doc.score = score
			doc.save()

	def test_the_register_lists_it_with_feedback(self, drawn, as_user):
		tickets(1)
		doc = drawn(sample_share=100)
		(row,) = follow_ups(doc)
		self.record(as_user, row, score=3)
		with as_user("service_manager"):
			_columns, lines = follow_up_register.execute(
				{"from_date": today(), "to_date": today(), "follow_up_plan": doc.name}
			)
		assert [(line.follow_up, line.row_number) for line in lines] == [(row.name, 1)]
		assert frappe._("Fairly Satisfied") in lines[0].feedback


class TestRefusals:
	@pytest.mark.parametrize(
		"values",
		[
			{"sample_share": 0},
			{"sample_share": 101},
			{"from_date": None},
			{"to_date": "2019-02-01"},
			{"follow_until": "2020-01-01"},
			{"owners": [{"user": "Guest"}]},
		],
	)
	def test_what_makes_no_sense(self, plan, values):
		with pytest.raises(frappe.ValidationError):
			plan(**values)

	def test_owners_work_at_the_desk_and_stand_there_once(self, plan, cast):
		for people in (["technician"], ["clerk", "clerk"]):
			with pytest.raises(frappe.ValidationError, match="SVC-18"):
				plan(owners=[{"user": cast.user(person)} for person in people])

	def test_a_drawn_plan_does_not_change_and_is_kept(self, drawn, as_user):
		tickets(1)
		doc = drawn()
		with as_user("service_manager"):
			doc.sample_share = 90
			with pytest.raises(frappe.ValidationError, match="SVC-18"):
				doc.save()
		with pytest.raises(frappe.ValidationError, match="SVC-18"):
			frappe.delete_doc("Follow Up Plan", doc.name)

	def test_only_the_service_manager_draws(self, plan, as_user):
		doc = plan()
		for person in ("clerk", "department_head", "technician", "general_manager"):
			with as_user(person), pytest.raises(frappe.PermissionError):
				follow_up_plan.draw(doc.name)

	def test_rest_writes_no_result(self, rest, cast, committed):
		committed()
		manager = rest("service_manager")
		answer = manager.insert(
			"Follow Up Plan",
			plan_values(cast),
			status="Drawn",
			population=9,
			sample_size=9,
			drawn_by=cast.user("clerk"),
		)
		assert answer.status_code == 200, answer.text
		doc = answer.json()["data"]
		assert (doc["status"], doc["population"], doc.get("drawn_by")) == ("Draft", 0, None)
		manager.set_value("Follow Up Plan", doc["name"], "status", "Completed")
		assert frappe.db.get_value("Follow Up Plan", doc["name"], "status") == "Draft"
		for bad in ("", "nope", "\u202e", "'; drop"):
			answer = manager.call(
				"property_service.property_service.doctype.follow_up_plan.follow_up_plan.draw", plan=bad
			)
			assert answer.status_code in (403, 404, 417)
		assert rest("clerk").insert("Follow Up Plan", plan_values(cast)).status_code == 403

	def test_a_follow_up_cannot_be_smuggled_into_a_plan(self, rest, plan, committed):
		ticket, known = tickets(1)[0], plan().name
		committed()
		answer = rest("clerk").insert(
			"Follow Up",
			reference_doctype="Repair Ticket",
			reference_name=ticket,
			follow_up_plan=known,
			plan_key="x",
			outline="x",
		)
		assert answer.status_code == 200, answer.text
		data = answer.json()["data"]
		assert not (data.get("follow_up_plan") or data.get("plan_key") or data.get("outline"))


def test_an_order_is_followed_up_after_it_is_finished_and_not_by_its_worker(cast, as_user):
	order = make.order()
	with as_user("clerk"), pytest.raises(frappe.ValidationError, match="SVC-18"):
		follow_up.record("Service Order", order.name, reached=True, score=5)
	frappe.db.set_value(
		"Service Order",
		order.name,
		{"status": "Finished", "finished_on": now_datetime(), "finished_by": cast.user("clerk")},
	)
	with as_user("clerk"), pytest.raises(frappe.ValidationError, match="SVC-18"):
		follow_up.record("Service Order", order.name, reached=True, score=5)
	with as_user("second_clerk"):
		assert follow_up.record("Service Order", order.name, reached=True, score=5)["status"] == "Reached"
