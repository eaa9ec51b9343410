"""Notices to the developer, from the ticket to the return slip or the own order (SVC-07)."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, nowdate

from property_service.property_service.doctype.defect_notice import defect_notice
from property_service.property_service.report.defect_notices import defect_notices
from tests.site import make
from tests.site.rest import refusal

pytestmark = pytest.mark.rule("SVC-07")


def warranty_ticket(**values):
	return make.ticket(repair_kind="Developer Warranty", **values)


def notice_values(ticket: str | None = None, **values) -> dict:
	return {
		"doctype": "Defect Notice",
		"repair_ticket": ticket or warranty_ticket().name,
		"outside_party": "开发公司工程部",
		**values,
	}


def notice(ticket: str | None = None, **values):
	return make.insert(notice_values(ticket, **values))


def issued(**values):
	return apply_workflow(notice(**values), "Issue Notice")


def let_it_run_late(doc) -> None:
	doc.db_set("due_on", add_days(nowdate(), -1))


@pytest.fixture
def unit():
	return make.unit().name


@pytest.fixture
def clerk(unit, as_user):
	with as_user("clerk"):
		yield


@pytest.mark.usefixtures("clerk")
class TestNotice:
	def test_it_takes_what_the_ticket_knows(self, unit):
		ticket = warranty_ticket(description="阳台渗水", property_unit=unit)
		doc = notice(ticket.name)
		assert (doc.company, doc.property_unit, doc.matter) == (ticket.company, unit, "阳台渗水")
		assert getdate(doc.due_on) == getdate(add_days(nowdate(), 7))

	def test_other_repairs_are_dispatched_not_noticed(self):
		with pytest.raises(frappe.ValidationError, match="no developer warranty"):
			notice(make.ticket(repair_kind="Home Repair").name)

	def test_way_out_and_back(self, cast):
		doc = issued()
		assert doc.issued_on
		doc.result = "已重做防水"
		doc = apply_workflow(doc.save(), "Record Return")
		assert doc.returned_on
		doc = apply_workflow(doc, "Close")
		assert [row.to_state for row in doc.approval_steps] == ["Issued", "Slip Returned", "Closed"]
		assert {row.actor for row in doc.approval_steps} == {cast.user("clerk")}

	def test_return_without_result(self):
		with pytest.raises(frappe.ValidationError, match="says what was done"):
			apply_workflow(issued(), "Record Return")

	def test_issue_without_a_day_that_can_be_kept(self):
		with pytest.raises(frappe.ValidationError, match="due date"):
			issued(due_on=add_days(nowdate(), -1))

	def test_cancelling_says_why_and_nothing_is_deleted(self):
		doc = issued()
		with pytest.raises(frappe.ValidationError, match="says why"):
			apply_workflow(doc, "Cancel Notice")
		doc.reload()
		doc.cancel_reason = "重复发出"
		assert apply_workflow(doc.save(), "Cancel Notice").status == "Cancelled"
		with pytest.raises(frappe.ValidationError, match="never deleted"):
			frappe.get_doc("Defect Notice", doc.name).delete(ignore_permissions=True)

	@pytest.mark.parametrize(
		("field", "value"),
		[
			("due_on", "2020-01-01"),
			("outside_party", "另一家单位"),
			("matter", "别的事"),
			("notice_kind", "Complaint Slip"),
		],
	)
	def test_what_went_out_stays_as_it_was(self, field, value):
		"""Moved back, the due date would let us take the work over at once, and reclaim what it costs."""
		doc = issued()
		doc.set(field, value)
		with pytest.raises(frappe.ValidationError, match="stands on the slip"):
			doc.save()

	def test_the_result_of_a_closed_notice_stays(self):
		doc = issued()
		doc.result = "已重做防水"
		doc = apply_workflow(apply_workflow(doc.save(), "Record Return"), "Close")
		doc.result = "其实没有修"
		with pytest.raises(frappe.ValidationError, match="stands on the slip"):
			doc.save()

	def test_no_step_is_left_out_whatever_the_workflow_says(self, monkeypatch):
		"""A company may change or switch off the workflow; the rule stays."""
		monkeypatch.setattr("frappe.model.document.validate_workflow", lambda doc: None, raising=False)
		frappe.db.set_value("Workflow", "Defect Notice", "is_active", 0)
		frappe.clear_cache(doctype="Defect Notice")
		doc = notice()
		doc.status = "Closed"
		with pytest.raises(frappe.ValidationError, match="cannot become"):
			doc.save()

	def test_what_the_server_owns_is_not_taken_from_a_client(self):
		order = make.order()
		doc = notice(
			issued_on="2020-01-01", returned_on="2020-01-02", own_order=order.name, cost_to_reclaim=99
		)
		assert not (doc.issued_on or doc.returned_on or doc.own_order or doc.cost_to_reclaim)


class TestTakingOver:
	def test_in_time_it_is_theirs(self, as_user, cast):
		with as_user("clerk"):
			doc = issued()
			with pytest.raises(frappe.ValidationError, match="only after that day"):
				take_over(doc, cast)

	def test_past_due_one_action_makes_the_order_and_its_cost_is_recorded(self, as_user, cast):
		with as_user("clerk"):
			doc = issued()
			let_it_run_late(doc)
			order = frappe.get_doc("Service Order", take_over(doc, cast))
		assert (order.status, order.repair_ticket) == ("Dispatched", doc.repair_ticket)
		doc.reload()
		assert (doc.status, doc.own_order) == ("Taken Over", order.name)
		with as_user("clerk"), pytest.raises(frappe.ValidationError, match="not finished yet"):
			apply_workflow(doc, "Close")
		order.db_set({"status": "Finished", "total_cost": 126.5})
		with as_user("clerk"):
			doc.reload()
			assert apply_workflow(doc, "Close").cost_to_reclaim == 126.5

	def test_the_state_alone_takes_nothing_over(self, as_user):
		with as_user("clerk"):
			doc = issued()
			let_it_run_late(doc)
			doc.reload()
			doc.status = "Taken Over"
			with pytest.raises(frappe.ValidationError, match="makes the own order"):
				doc.save()

	def test_a_technician_takes_nothing_over(self, as_user, cast):
		doc = issued()
		let_it_run_late(doc)
		with as_user("technician"), pytest.raises(frappe.PermissionError):
			take_over(doc, cast)


def take_over(doc, cast) -> str:
	return defect_notice.take_over(doc.name, cast.departments["engineering"], cast.employee("technician"))


@pytest.mark.breaks_invariants  # a follow-up is made a reached one in the database
def test_report_counts_and_rates(count_sql):
	period = {"from_date": add_days(nowdate(), -1), "to_date": nowdate(), "company": make.company()}
	before = kinds(period).get("Complaint Slip", {})
	made = [issued(notice_kind="Complaint Slip") for _ in range(3)]
	for doc in made[:2]:
		doc.db_set("returned_on", frappe.utils.now())
	follow_up(made[0].repair_ticket, 5)
	let_it_run_late(made[2])
	with count_sql() as count:
		row = kinds(period)["Complaint Slip"]
	gained = {
		name: row[name] - before.get(name, 0)
		for name in ("sent", "returned", "followed_up", "satisfied", "overdue")
	}
	assert gained == {"sent": 3, "returned": 2, "followed_up": 1, "satisfied": 1, "overdue": 1}
	if not before:
		assert (row["completion_rate"], row["follow_up_rate"], row["satisfaction_rate"]) == (67, 50, 100)
	assert len(count) <= 3


def kinds(period: dict) -> dict:
	frappe.local.lang, language = "en", frappe.local.lang
	rows = {row["notice_kind"]: row for row in defect_notices.execute(period)[1]}
	frappe.local.lang = language
	return rows


def follow_up(ticket: str, score: int) -> None:
	doc = frappe.new_doc("Follow Up").update(
		{"reference_doctype": "Repair Ticket", "reference_name": ticket, "status": "Reached", "score": score}
	)
	doc.done_on = frappe.utils.now()
	doc.set_new_name()
	doc.db_insert()


def test_refusals_over_rest(rest):
	ticket = make.ticket(repair_kind="Home Repair")
	frappe.db.commit()
	answer = rest("clerk").insert("Defect Notice", notice_values(ticket.name))
	assert answer.status_code == 417
	assert "SVC-07" in refusal(answer)
	assert rest("technician").list("Defect Notice").status_code == 403
