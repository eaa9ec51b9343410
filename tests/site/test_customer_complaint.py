"""The complaint's steps, as the real person of each (SVC-03, SVC-14, SVC-15)."""

import frappe
import pytest
from frappe.utils import add_days, add_to_date, now_datetime, today

from property_service import access
from property_service.property_service.doctype.customer_complaint import steps
from tests.site import complaint_line, make
from tests.site.complaint_line import Line
from tests.site.rest import refusal


@pytest.fixture(autouse=True)
def front_desk(test_transaction, cast):
	complaint_line.name_service_department(cast)
	yield
	frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.fixture
def line(cast, as_user):
	return lambda **given: Line(cast, as_user, **given)


@pytest.mark.rule("SVC-14", "SVC-15")
class TestTheWholeWay:
	def test_from_the_call_to_the_satisfied_complainant_through_three_people(self, line, cast):
		matter = line()
		closed = matter.closed()
		assert closed.status == "Closed"
		assert closed.customer_evaluation == "Satisfied"
		assert closed.follow_up_outcome == "Reached"
		assert closed.remedy_result == "Fulfilled"
		assert closed.first_handler == cast.user("clerk")
		clerk, manager, head = (cast.user(p) for p in ("clerk", "service_manager", "department_head"))
		assert matter.step_rows() == [
			("Classify", "Received", "Classified", clerk, "Front Desk Clerk"),
			("Assign", "Classified", "Assigned", manager, "Service Manager"),
			("Analyse", "Assigned", "Analysed", head, "Department Head"),
			("Act", "Analysed", "Acted", head, "Department Head"),
			("Verify", "Acted", "Verified", clerk, "Front Desk Clerk"),
			("Close", "Verified", "Closed", clerk, "Front Desk Clerk"),
		]
		assert all(row.acted_on for row in closed.approval_steps)

	def test_the_short_way_ends_with_the_evaluation_and_is_listed_for_the_manager(self, line, cast):
		matter = line(claim="None")
		settled = matter.take("clerk", steps.settle, desk_settlement="已当场解释并致歉")
		assert settled.first_responded_on
		assert len(complaint_line.notified(cast.user("service_manager"), matter.name)) == 1
		closed = matter.take("clerk", steps.close, customer_evaluation="Satisfied")
		assert closed.status == "Closed"

	def test_unfounded_is_told_to_the_complainant_before_it_closes(self, line):
		matter = line()
		matter.assigned()
		matter.take("service_manager", steps.declare_unfounded, unfounded_reason="监控显示按时到场")
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			matter.take("clerk", steps.close)
		matter.take("clerk", steps.record_contact, "Phone", "已电话说明监控情况")
		assert matter.take("clerk", steps.close).status == "Closed"

	def test_an_earlier_contact_does_not_tell_the_complainant_that_it_is_unfounded(self, line):
		matter = line()
		matter.classified()
		matter.take("clerk", steps.record_contact, "Phone", "已受理")
		frappe.db.set_value(
			"Complaint Contact", {"parent": matter.name}, "contacted_on", add_days(now_datetime(), -1)
		)
		matter.take("service_manager", steps.declare_unfounded, unfounded_reason="不属实")
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			matter.take("clerk", steps.close)

	def test_reopened_it_goes_back_to_the_manager_and_needs_a_new_follow_up(self, line):
		matter = line()
		matter.closed()
		reopened = matter.take("clerk", steps.reopen, "业主再次来电")
		assert (reopened.status, reopened.reopened_count, reopened.customer_evaluation) == (
			"Reopened",
			1,
			None,
		)
		matter.assign()
		matter.analyse()
		matter.act()
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			matter.move("clerk", "Verified")
		matter.ask(score=4)
		matter.move("clerk", "Verified")
		assert matter.take("clerk", steps.close).status == "Closed"

	def test_a_bad_follow_up_reopens_it_by_itself_once(self, line, cast):
		matter = line()
		matter.acted()
		answer = matter.ask(score=1, suggestion="态度依旧")
		assert answer["reopened"]
		assert (matter.doc.status, matter.doc.reopened_count) == ("Reopened", 1)
		assert matter.doc.reopen_reason == "态度依旧"
		matter.assign()
		matter.analyse()
		matter.act()
		assert not matter.ask(score=2)["reopened"]
		assert (matter.doc.status, matter.doc.customer_evaluation) == ("Acted", "Dissatisfied")

	def test_dissatisfied_it_closes_by_the_managers_decision_only(self, line):
		matter = line()
		matter.acted()
		matter.ask(score=1)
		matter.assign()
		matter.analyse()
		matter.act()
		matter.ask(score=1)
		matter.move("clerk", "Verified")
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			matter.take("clerk", steps.close)
		with pytest.raises(frappe.PermissionError, match="SVC-14"):
			matter.take("clerk", steps.close, closing_decision="我来决定")
		closed = matter.take("service_manager", steps.close, closing_decision="已按合同处理,告知业主申诉途径")
		assert closed.approval_steps[-1].comment == "已按合同处理,告知业主申诉途径"

	def test_never_reached_it_is_verified_but_the_manager_decides(self, line):
		matter = line()
		matter.acted()
		for _ in range(2):
			matter.ask(reached=False, score=0)
		frappe.db.sql(
			"update `tabFollow Up Attempt` set attempted_on = %s where parent in "
			"(select name from `tabFollow Up` where reference_name = %s)",
			(add_days(now_datetime(), -1), matter.name),
		)
		matter.ask(reached=False, score=0)
		assert matter.move("clerk", "Verified").follow_up_outcome == "Not Reached"
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			matter.take("clerk", steps.close)


@pytest.mark.rule("SVC-14")
class TestWho:
	@pytest.mark.parametrize("person", ["clerk", "department_head", "technician", "general_manager"])
	def test_only_the_service_manager_assigns(self, line, person):
		matter = line()
		matter.classified()
		with pytest.raises(frappe.PermissionError):
			matter.assign(person=person)

	@pytest.mark.parametrize("person", ["other_department_head", "technician", "clerk", "service_manager"])
	def test_only_the_departments_head_analyses(self, line, person):
		matter = line()
		matter.assigned()
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			matter.analyse(person)
		assert matter.doc.status == "Assigned"

	def test_a_technician_of_the_department_records_the_action(self, line):
		matter = line()
		matter.analysed()
		assert matter.act("technician").status == "Acted"

	@pytest.mark.parametrize("person", ["other_technician", "clerk", "service_manager"])
	def test_nobody_else_acts(self, line, person):
		matter = line()
		matter.analysed()
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			matter.act(person)

	def test_the_acting_head_analyses_until_the_date(self, line, cast):
		frappe.db.set_value(
			"Department",
			cast.departments["engineering"],
			{"acting_head": cast.user("office_head"), "acting_until": today()},
		)
		matter = line()
		matter.assigned()
		assert matter.analyse("office_head").status == "Analysed"

	@pytest.mark.parametrize("person", ["department_head", "technician"])
	def test_the_department_complained_about_neither_verifies_nor_closes(self, line, as_user, person):
		matter = line()
		matter.acted()
		with pytest.raises(frappe.PermissionError):
			matter.ask(person)
		matter.ask("clerk")
		with pytest.raises(frappe.PermissionError, match="SVC-14"):
			matter.move(person, "Verified")
		matter.move("clerk", "Verified")
		with pytest.raises(frappe.PermissionError, match="SVC-14"):
			matter.take(person, steps.close)
		assert matter.doc.status == "Verified"

	def test_a_clerk_who_works_in_the_department_complained_about_does_not_verify(self, line, as_user, cast):
		matter = line()
		matter.acted()
		matter.ask("clerk")
		frappe.db.set_value(
			"Employee", cast.employee("second_clerk"), "department", cast.departments["engineering"]
		)
		access.forget_departments()
		with pytest.raises(frappe.PermissionError, match="department complained about"):
			matter.move("second_clerk", "Verified")

	def test_a_manager_does_not_assign_a_complaint_about_the_own_department(self, line, cast):
		frappe.db.set_value(
			"Employee", cast.employee("service_manager"), "department", cast.departments["engineering"]
		)
		access.forget_departments()
		matter = line()
		matter.classified()
		with pytest.raises(frappe.PermissionError, match="department complained about"):
			matter.assign()

	def test_administrator_is_no_service_manager(self, line):
		matter = line()
		matter.classified()
		with pytest.raises(frappe.PermissionError):
			matter.assign(person="Administrator")


@pytest.mark.rule("SVC-14")
class TestAboutCustomerService:
	def about_desk(self, line, cast, **given):
		matter = line(proposed_department=cast.departments["service"], **given)
		matter.classified()
		return matter

	def test_the_general_manager_assigns_and_names_a_verifier_outside(self, line, cast, as_user):
		matter = self.about_desk(line, cast)
		assert complaint_line.notified(cast.user("general_manager"), matter.name)
		assert not complaint_line.notified(cast.user("service_manager"), matter.name)
		with pytest.raises(frappe.PermissionError, match="general manager"):
			matter.assign("service")
		with pytest.raises(frappe.PermissionError, match="general manager"):
			matter.assign("engineering")
		for verifier in (None, cast.user("second_clerk"), cast.user("service_department_head")):
			with pytest.raises(frappe.ValidationError, match="outside"):
				matter.assign("service", "general_manager", verifier=verifier)
		assigned = matter.assign("service", "general_manager", verifier=cast.user("admin_hr"))
		assert assigned.about_front_desk
		matter.analyse("service_department_head")
		matter.act("service_department_head", owner="second_clerk")
		for person in ("clerk", "second_clerk", "service_manager", "service_department_head"):
			with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
				matter.ask(person)
		matter.ask("admin_hr")
		for person in ("clerk", "service_manager"):
			with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
				matter.move(person, "Verified")
		matter.move("admin_hr", "Verified")
		for person in ("clerk", "service_manager"):
			with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
				matter.take(person, steps.close)
		assert matter.take("admin_hr", steps.close).status == "Closed"

	def test_a_part_of_customer_service_is_customer_service(self, line, cast):
		"""Neither may its people verify, nor is a complaint about the whole of which it is a part for it to judge."""
		group = frappe.get_doc(
			{
				"doctype": "Department",
				"department_name": f"客服一组 {frappe.generate_hash(length=4)}",
				"company": cast.company,
				"parent_department": cast.departments["service"],
			}
		)
		frappe.db.set_value("Department", cast.departments["service"], "is_group", 1)
		group.insert()
		frappe.db.set_value("Employee", cast.employee("admin_hr"), "department", group.name)
		access.forget_departments()
		matter = self.about_desk(line, cast)
		with pytest.raises(frappe.ValidationError, match="outside"):
			matter.assign("service", "general_manager", verifier=cast.user("admin_hr"))
		matter.assign("service", "general_manager", verifier=cast.user("buyer"))
		matter.analyse("service_department_head")
		matter.act("service_department_head", owner="second_clerk")
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			matter.ask("admin_hr")
		assert cast.user("admin_hr") in matter.doc.follow_up_workers()

	def test_a_complaint_about_the_whole_is_about_its_customer_service_too(self, line, cast):
		frappe.get_doc("Department", cast.departments["service"]).update(
			{"parent_department": cast.departments["office"]}
		).save()
		access.forget_departments()
		matter = line(proposed_department=cast.departments["office"])
		matter.classified()
		with pytest.raises(frappe.PermissionError, match="general manager"):
			matter.assign("office")
		assert matter.assign("office", "general_manager", verifier=cast.user("buyer")).about_front_desk

	def test_a_dated_delegate_of_the_general_manager_assigns_within_the_dates_only(self, line, cast):
		user = frappe.get_doc("User", cast.user("finance_manager"))
		user.append("roles", {"role": "General Manager"})
		user.save()
		settings = frappe.get_doc("Property Service Settings")
		settings.append(
			"deputies",
			{
				"role": "General Manager",
				"user": user.name,
				"from_date": add_days(today(), -9),
				"until": add_days(today(), -1),
			},
		)
		settings.save()
		matter = self.about_desk(line, cast)
		verifier = cast.user("admin_hr")
		with pytest.raises(frappe.PermissionError):
			matter.assign("service", "finance_manager", verifier=verifier)
		settings.deputies[-1].until = today()
		settings.save()
		assert matter.assign("service", "finance_manager", verifier=verifier).status == "Assigned"

	def test_a_proposal_that_names_customer_service_stays(self, line, cast):
		matter = self.about_desk(line, cast)
		with pytest.raises(frappe.PermissionError, match="not yours to change"):
			matter.move("clerk", "Classified", proposed_department=cast.departments["engineering"])

	def test_the_manager_cannot_name_customer_service_without_a_proposal_either(self, line, cast):
		matter = line()
		matter.classified()
		with pytest.raises(frappe.PermissionError, match="general manager"):
			matter.assign("service", verifier=cast.user("admin_hr"))

	def test_the_desk_does_not_settle_what_is_about_itself(self, line, cast):
		matter = line(proposed_department=cast.departments["service"], claim="None")
		with pytest.raises(frappe.ValidationError, match="about the desk"):
			matter.take("clerk", steps.settle, desk_settlement="已解决")

	def test_without_the_setting_nobody_judges_the_own_department_all_the_same(self, line, cast):
		settings = frappe.get_doc("Property Service Settings")
		for row in settings.companies:
			row.service_department = None
		settings.save()
		matter = self.about_desk(line, cast)
		with pytest.raises(frappe.PermissionError, match="department complained about"):
			matter.assign("service")


@pytest.mark.rule("SVC-15")
class TestWhatEachStepNeeds:
	def test_classified_needs_type_class_and_severity(self, line):
		for field in ("complaint_type", "complaint_class", "severity"):
			with pytest.raises(frappe.ValidationError, match="SVC-14"):
				line(**{field: None}).classified()

	def test_assigned_needs_a_department_and_a_date_ahead(self, line, cast):
		matter = line()
		matter.classified()
		department = {"responsible_department": cast.departments["engineering"]}
		for due_on in (str(add_to_date(now_datetime(), hours=-1)), None):
			with pytest.raises(frappe.ValidationError, match="SVC-14"):
				matter.move("service_manager", "Assigned", **department, due_on=due_on)
		with pytest.raises(frappe.ValidationError, match="SVC-14"):
			matter.move("service_manager", "Assigned", due_on=str(add_days(now_datetime(), 1)))

	def test_analysed_needs_a_cause(self, line):
		matter = line()
		matter.assigned()
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			matter.move("department_head", "Analysed", cause_analysis="  ")

	def test_acted_needs_action_owner_and_date(self, line, cast):
		complete = {
			"corrective_action": "整改",
			"action_owner": cast.employee("technician"),
			"action_date": today(),
		}
		matter = line()
		matter.analysed()
		for field in complete:
			with pytest.raises(frappe.ValidationError, match="SVC-15"):
				matter.move("department_head", "Acted", **{**complete, field: None})

	def test_verified_needs_the_complainants_word(self, line):
		matter = line()
		matter.acted()
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			matter.move("clerk", "Verified")

	def test_the_evaluation_is_the_complainants_not_the_clerks(self, line):
		matter = line()
		matter.verified(score=3)
		assert matter.doc.customer_evaluation == "Fairly Satisfied"
		with pytest.raises(frappe.PermissionError, match="not yours to change"):
			matter.move("clerk", "Verified", customer_evaluation="Satisfied")

	def test_damages_are_not_settled_at_the_desk(self, line):
		with pytest.raises(frappe.ValidationError, match="damages"):
			line(claim="Damages").take("clerk", steps.settle, desk_settlement="赔偿 50 元")

	def test_a_reserved_type_is_not_settled_at_the_desk(self, line):
		reserved = complaint_line.complaint_type(desk_may_settle=0)
		with pytest.raises(frappe.ValidationError, match="reserved"):
			line(claim="None", complaint_type=reserved).take("clerk", steps.settle, desk_settlement="已解释")

	def test_a_follow_up_before_the_action_is_refused(self, line):
		matter = line()
		matter.assigned()
		with pytest.raises(frappe.ValidationError, match="SVC-18"):
			matter.ask()

	def test_a_complaint_is_never_deleted(self, line):
		with pytest.raises(frappe.ValidationError, match="SVC-15"):
			line().doc.delete()

	def test_a_complaint_names_somebody(self, line):
		with pytest.raises(frappe.ValidationError, match=r"3\.2"):
			line(contact_name=None, contact_phone=None)

	def test_company_and_time_of_receipt_stay(self, line):
		with pytest.raises(frappe.ValidationError, match="SVC-03"):
			line().move("clerk", "Received", received_on=str(add_days(now_datetime(), -5)))

	def test_a_copy_starts_anew(self, line, as_user):
		closed = line().closed()
		with as_user("clerk"):
			# all of it, as a program may copy, but for the contact: that one became the first complaint
			copy = frappe.copy_doc(closed)
			copy.reception_record = None
			copy.insert()
		assert (copy.status, copy.approval_steps, copy.contacts) == ("Received", [], [])
		assert not (
			copy.responsible_department or copy.department or copy.cause_analysis or copy.customer_evaluation
		)


@pytest.mark.rule("SVC-03")
class TestFirstAnswer:
	def test_the_agreement_gives_one_desk_day(self, line):
		doc = line().doc
		assert doc.service_level_agreement
		assert doc.response_by
		assert (
			frappe.db.get_value("Service Level Agreement", doc.service_level_agreement, "document_type")
			== "Customer Complaint"
		)
		days = frappe.get_doc("Service Level Agreement", doc.service_level_agreement)
		normal = next(row for row in days.priorities if row.priority == "Normal")
		desk_day = days.support_and_resolution[0].end_time - days.support_and_resolution[0].start_time
		assert normal.response_time == desk_day.total_seconds()

	def test_an_emergency_runs_day_and_night(self, line):
		usual, emergency = line().doc, line(priority="Emergency").doc
		assert usual.service_level_agreement != emergency.service_level_agreement
		seconds = (emergency.response_by - emergency.service_level_agreement_creation).total_seconds()
		assert round(seconds) == 30 * 60

	def test_only_an_answer_stops_the_clock(self, line):
		matter = line()
		matter.assigned()
		assert not matter.doc.first_responded_on
		matter.take("clerk", steps.record_contact, "Phone", "已受理,三日内答复")
		doc = matter.doc
		assert doc.first_responded_on
		assert (doc.response_result, doc.agreement_status) == ("Fulfilled", "Fulfilled")
		first = doc.first_responded_on
		matter.take("clerk", steps.record_contact, "Phone", "进度通报")
		assert matter.doc.first_responded_on == first

	def test_a_late_answer_is_kept_as_failed(self, line):
		matter = line(received_on=str(add_days(now_datetime(), -20)))
		matter.take("clerk", steps.record_contact, "Phone", "抱歉来迟")
		assert matter.doc.response_result == "Failed"

	def test_the_department_does_not_answer(self, line):
		matter = line()
		matter.assigned()
		with pytest.raises(frappe.PermissionError, match="SVC-14"):
			matter.take("department_head", steps.record_contact, "Phone", "我来解释")
		assert not matter.doc.contacts


@pytest.mark.rule("SVC-14", "SVC-15")
class TestFromRest:
	"""The same refusals through the API, with Chinese messages, never a 5xx."""

	@pytest.fixture(autouse=True)
	def everybody_sees_it(self, front_desk, committed, cast):
		complaint_line.name_service_department(cast)
		committed()
		yield
		settings = frappe.get_doc("Property Service Settings")
		for row in settings.companies:
			row.service_department = None
		settings.save()
		frappe.db.commit()

	def test_insert_starts_at_the_beginning_whatever_is_sent(self, rest, cast):
		answer = rest("clerk").insert(
			"Customer Complaint",
			complaint_line.values(complaint_type=None),
			status="Closed",
			first_handler=cast.user("general_manager"),
			responsible_department=cast.departments["engineering"],
			department=cast.departments["engineering"],
			due_on="2020-01-01 00:00:00",
			customer_evaluation="Satisfied",
			closing_decision="x",
			closed_on="2020-01-01",
			repeated=1,
			approval_steps=[{"action": "Close", "actor": cast.user("service_manager")}],
			contacts=[{"note": "x"}],
			owner=cast.user("general_manager"),
		)
		assert answer.status_code == 200, answer.text
		doc = answer.json()["data"]
		assert (doc["status"], doc["first_handler"]) == ("Received", cast.user("clerk"))
		for field in (
			"department",
			"responsible_department",
			"due_on",
			"customer_evaluation",
			"closed_on",
			"repeated",
		):
			assert not doc.get(field)
		assert (doc["approval_steps"], doc["contacts"], doc["owner"]) == ([], [], cast.user("clerk"))

	def test_the_department_can_neither_assign_verify_nor_close(self, rest, line, committed):
		matter = line()
		matter.classified()
		committed()
		head = rest("department_head")
		assert head.get("Customer Complaint", matter.name).status_code == 403
		matter.assign()
		committed()
		for status, verb in (("Verified", head.update), ("Closed", head.update)):
			answer = verb("Customer Complaint", matter.name, status=status)
			assert answer.status_code in (403, 417), answer.text
		matter.analyse()
		matter.act()
		matter.ask()
		committed()
		for action in ("Verify", "Close"):
			document = head.get("Customer Complaint", matter.name).json()["data"]
			assert head.apply_workflow(document, action).status_code in (403, 417)
		for field, value in (
			("status", "Verified"),
			("customer_evaluation", "Satisfied"),
			("follow_up_outcome", "Reached"),
		):
			head.set_value("Customer Complaint", matter.name, field, value)
		assert head.call(
			"property_service.property_service.doctype.customer_complaint.steps.close", complaint=matter.name
		).status_code in (403, 417)
		frappe.db.rollback()
		assert matter.doc.status == "Acted"

	def test_a_refusal_reads_chinese_and_names_the_rule(self, rest, line, committed):
		matter = line()
		matter.acted()
		committed()
		answer = rest("clerk").update("Customer Complaint", matter.name, status="Verified")
		assert answer.status_code == 417
		assert "SVC-15" in refusal(answer)
		assert "回访" in refusal(answer)

	def test_server_owned_fields_survive_a_put(self, rest, line, committed, cast):
		matter = line()
		matter.assigned()
		committed()
		answer = rest("clerk").update(
			"Customer Complaint",
			matter.name,
			first_handler=cast.user("second_clerk"),
			department=cast.departments["environment"],
			about_front_desk=1,
			assigned_by=cast.user("clerk"),
			approval_steps=[],
			contacts=[{"note": "x", "contacted_on": "2020-01-01"}],
			response_by="2030-01-01",
			owner=cast.user("second_clerk"),
		)
		assert answer.status_code == 200, answer.text
		frappe.db.rollback()
		doc = matter.doc
		assert (doc.first_handler, doc.owner) == (cast.user("clerk"), cast.user("clerk"))
		assert (doc.department, doc.about_front_desk) == (cast.departments["engineering"], 0)
		assert (len(doc.approval_steps), doc.contacts) == (2, [])
		assert doc.assigned_by == cast.user("service_manager")

	@pytest.mark.parametrize(
		"bad", ["", "null", "2026-13-45", "٣", "<script>", "'; drop table x;--", "\u202e"]
	)
	def test_bad_input_is_refused_not_broken(self, rest, line, committed, bad):
		matter = line()
		matter.classified()
		committed()
		manager = rest("service_manager")
		module = "property_service.property_service.doctype.customer_complaint.steps"
		for method, arguments in (
			("assign", {"responsible_department": bad, "due_on": bad, "verifier": bad}),
			("settle", {"desk_settlement": {"a": 1}}),
			("act", {"corrective_action": bad, "action_owner": bad, "action_date": bad}),
			("record_contact", {"method": bad, "note": "x"}),
			("close", {"customer_evaluation": bad}),
		):
			path = f"/api/method/{module}.{method}"
			answer = manager.request("POST", path, json={"complaint": matter.name, **arguments})
			assert answer.status_code in (403, 404, 417), (method, answer.text)
		assert manager.call(f"{module}.close", complaint=bad).status_code in (403, 404, 417)

	def test_steps_are_not_taken_by_get(self, rest, line, committed):
		matter = line()
		committed()
		path = "/api/method/property_service.property_service.doctype.customer_complaint.steps.close"
		answer = rest("clerk").request("GET", path, params={"complaint": matter.name})
		assert answer.status_code == 403

	def test_another_department_reads_nothing_of_it(self, rest, line, committed):
		matter = line()
		matter.closed()
		committed()
		stranger = rest("other_department_head")
		assert stranger.get("Customer Complaint", matter.name).status_code == 403
		names = [row["name"] for row in stranger.list("Customer Complaint").json()["data"]]
		assert matter.name not in names
		assert rest("Guest").get("Customer Complaint", matter.name).status_code == 403


@pytest.mark.rule("ORG-02")
@pytest.mark.parametrize("child", ["Approval Step", "Complaint Contact"])
def test_rows_of_another_departments_complaint_are_not_listed(line, as_user, child):
	matter = line()
	matter.assigned()
	matter.take("clerk", steps.record_contact, "Phone", "已受理")

	def rows():
		return frappe.get_list(child, filters={"parent": matter.name}, parent_doctype="Customer Complaint")

	with as_user("department_head"):
		assert rows()
	with as_user("other_department_head"):
		assert not rows()


@pytest.mark.rule("SVC-14")
def test_people_are_told_when_it_is_their_turn(line, cast):
	matter = line()
	matter.classified()
	assert "等待确认责任部门" in complaint_line.notified(cast.user("service_manager"), matter.name)[0]
	matter.assign()
	assert "整改期限" in complaint_line.notified(cast.user("department_head"), matter.name)[0]
	assert not complaint_line.notified(cast.user("other_department_head"), matter.name)
	matter.analyse()
	matter.act()
	assert complaint_line.notified(cast.user("clerk"), matter.name)


@pytest.mark.rule("SVC-18")
def test_acting_asks_the_first_handler_to_call_within_a_day(line, cast):
	matter = line()
	matter.acted()
	follow_up = frappe.get_last_doc("Follow Up", {"reference_name": matter.name})
	assert follow_up.assigned_to == cast.user("clerk")
	assert str(follow_up.due_on) == str(add_days(today(), 1))
	assert make.company() == follow_up.company


@pytest.mark.rule("SVC-18")
def test_who_did_the_work_does_not_ask_how_it_was(line, cast, as_user):
	matter = line()
	matter.acted()
	with as_user("service_manager"):
		for person in ("technician", "department_head", "second_technician"):
			follow_up = frappe.get_last_doc("Follow Up", {"reference_name": matter.name})
			follow_up.assigned_to = cast.user(person)
			with pytest.raises(frappe.ValidationError, match="SVC-18"):
				follow_up.save()
