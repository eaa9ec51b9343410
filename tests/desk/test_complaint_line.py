"""A complaint as the four people concerned play it, and one that nobody acts on until the general manager asks."""

import frappe
import pytest
from frappe.utils import add_days, add_to_date, get_datetime, now_datetime

from property_service.property_service.doctype.customer_complaint import escalation
from tests.desk.pages import ComplaintForm, SlipView

CALLER = "13900011204"
MATTER = "报修三天无人上门, 电话也没人接"


def due_in(days: int) -> str:
	return f"{add_days(now_datetime(), days).replace(hour=17, minute=0, second=0):%Y-%m-%d %H:%M:%S}"


@pytest.mark.rule("SVC-01", "SVC-14", "SVC-15")
def test_from_the_call_to_the_satisfied_complainant(sit_down, api, stage, cast, shots):
	spoken, unit = stage.resident(CALLER)
	clerk = sit_down("clerk")
	clerk.goto("/app/reception-counter")
	keyboard = clerk.page.keyboard
	keyboard.type(CALLER)
	clerk.page.locator("[data-part=results] [data-index].active").wait_for()
	keyboard.press("Enter")
	clerk.page.locator("[data-part=caller]").get_by_text(spoken).first.wait_for()
	keyboard.press("3")
	keyboard.type(MATTER)
	keyboard.press("Enter")
	saved = clerk.page.locator("[data-part=saved] [data-record]")
	saved.wait_for()
	record = saved.get_attribute("data-record")
	keyboard.press("Enter")
	form = ComplaintForm(clerk).wait()
	form.pick("complaint_type", "维修不及时")
	form.choose("complaint_class", "Valid Complaint").choose("severity", "Serious")
	form.choose("claim", "Repair, Replace or Redo").save()
	name = form.name
	form.classify()

	manager = ComplaintForm(sit_down("service_manager")).open(name)
	manager.assign("工程部", due_in(2))

	head = ComplaintForm(sit_down("department_head")).open(name)
	assert "Assign" not in head.actions()
	head.analyse("夜班交接遗漏, 工单没有转给白班")
	head.act("当天上门修复并电话致歉, 交接改为签字", "张建国")
	offered = head.actions()
	assert head.desk.zh("Verify") not in offered
	assert head.desk.zh("Close") not in offered

	clerk.page.bring_to_front()
	form.open(name).follow_up("5", "已修好, 满意")
	form.action("Verify").in_state("Verified")
	form.action("Close").in_state("Closed")
	for word in ("已分类", "已指派", "已分析", "已整改", "已核实", "周伟", "陈静", "您"):
		assert word in form.timeline()
	form.desk.page.get_by_role("tab", name=clerk.zh("History")).first.click()
	clerk.picture(shots, "complaint")

	closed = api("clerk").doc("Customer Complaint", name)
	assert (closed["contact_name"], closed["property_unit"]) == (spoken, unit)
	assert closed["customer_evaluation"] == "Satisfied"
	assert [step["actor"] for step in closed["approval_steps"]] == [
		cast.user(person)
		for person in (*("clerk", "service_manager", "department_head", "department_head", "clerk", "clerk"),)
	]
	assert api("clerk").doc("Reception Record", record)["reference_name"] == name

	sheet = SlipView(sit_down("service_manager")).open("Customer Complaint", name, "Complaint Record")
	text = sheet.sheet.inner_text()
	for printed in ("客情记录表", name, spoken, MATTER, "夜班交接遗漏", "交接改为签字", "张建国", "周伟"):
		assert printed in text
	assert sheet.english() == []
	sheet.enlarge().desk.picture(shots, "complaint-record", sheet.sheet)


@pytest.mark.rule("SVC-16")
def test_an_overdue_complaint_goes_up_three_times(sit_down, api, stage, cast, monkeypatch):
	_, unit = stage.resident(CALLER)
	name = api("clerk").make(
		"Customer Complaint",
		company=cast.company,
		contact_name="罗志强",
		contact_phone=CALLER,
		complainant=stage.residents[CALLER],
		property_unit=unit,
		complaint_type="Repair Delay",
		complaint_class="Group Complaint",
		severity="Major",
		description="单元门禁坏了一周没人管",
	)["name"]
	ComplaintForm(sit_down("clerk")).open(name).classify()
	ComplaintForm(sit_down("service_manager")).open(name).assign("工程部", due_in(1))
	due = get_datetime(api("clerk").doc("Customer Complaint", name)["due_on"])

	for late, person in (
		({"minutes": 1}, "department_head"),
		({"days": 1, "minutes": 1}, "service_manager"),
		({"days": 3, "minutes": 1}, "general_manager"),
	):
		monkeypatch.setattr(escalation, "now_datetime", lambda late=late: add_to_date(due, **late))
		for _ in range(2):  # running twice changes nothing
			escalation.escalate_overdue()
			frappe.db.commit()
		assert bell(sit_down, person, name) == 1, person

	told = api("service_manager").rows(
		"Complaint Escalation", {"customer_complaint": name}, ("level",), order_by="escalated_on asc"
	)
	assert [row["level"] for row in told] == ["Department Head", "Service Manager", "General Manager"]

	head = ComplaintForm(sit_down("department_head")).open(name)
	head.analyse("配件缺货, 未及时告知业主")
	head.act("加急采购门禁主板, 当日更换", "张建国")
	assert api("clerk").doc("Customer Complaint", name)["status"] == "Acted"


def bell(sit_down, person: str, name: str) -> int:
	"""How many notes about the complaint hang on this person's bell; the newest leads to it."""
	desk = sit_down(person)
	desk.click(
		desk.page.locator(".notifications-icon:visible, .dropdown-notifications > button:visible").first
	)
	notes = desk.page.locator(".notification-item:visible, .recent-item:visible").filter(has_text=name)
	notes.first.wait_for()
	desk.idle()
	overdue = notes.filter(has_text="超期").count()
	desk.click(notes.first)
	ComplaintForm(desk).wait(name)
	return overdue


@pytest.mark.rule("SVC-14")
def test_what_the_clerk_settles_alone_ends_at_the_desk(sit_down, api, stage, cast):
	form = ComplaintForm(sit_down("clerk"))
	form.new(company=cast.company).type("contact_phone", "13900050602")
	form.pick("complaint_type", "环境卫生")
	form.type("description", "楼道垃圾未清, 已请保洁当场处理")
	form.save()
	dialog = form.step("Settle at Desk")
	dialog.type("desk_settlement", "电话通知保洁十分钟内清理完毕")
	dialog.confirm()
	form.in_state("Settled at Desk")
	dialog = form.step("Close")
	dialog.choose("customer_evaluation", "Satisfied")
	dialog.confirm()
	form.in_state("Closed")
	closed = api("service_manager").doc("Customer Complaint", form.name)
	assert closed["customer_evaluation"] == "Satisfied"
	assert not closed.get("responsible_department")
