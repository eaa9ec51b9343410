"""Registers G and of follow-ups on paper: drawn by what draws the desk's other registers (SVC-02, SVC-18)."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime, nowdate

from tests.desk.pages import ReportPage
from tests.site.bare import bare

CASES = (
	(
		"Repair Register",
		"repair-register",
		(
			"报修登记表",
			"序号",
			"姓名",
			"房号/地点",
			"故障内容",
			"派工单号",
			"费用",
			"回访结果",
			"登记人",
			"客服部门经理签名",
		),
	),
	(
		"Follow Up Register",
		"follow-up-register",
		("回访记录", "房号", "受访人", "意见建议", "回访人", "备注"),
	),
)


@pytest.fixture(scope="module")
def asked(stage):
	"""Somebody was asked today; the stage clears it away."""
	frappe.set_user("Administrator")
	bare(
		"Follow Up",
		status="Reached",
		score=5,
		done_on=now_datetime(),
		contact_name="林晓东",
		method="Phone",
		suggestion="很满意",
	)
	frappe.db.commit()


@pytest.mark.parametrize(("report", "picture", "words"), CASES)
def test_a_register_is_printed_as_the_paper_form(sit_down, asked, shots, report, picture, words):
	desk = sit_down("service_manager")
	page = ReportPage(desk, report).open(from_date=add_days(nowdate(), -7), to_date=nowdate())
	sheet = page.print()
	text = sheet.locator(".print-format").first.inner_text()
	assert [word for word in (*words, "期间") if word not in text] == []
	assert sheet.locator(".sheet").first.locator("tbody tr").count() >= 25
	sheet.set_viewport_size({"width": 1180, "height": 840})
	sheet.locator(".print-format").first.screenshot(path=str(shots / f"{picture}.png"))
