"""The month's end: the manager opens the statistics, looks at what is behind a figure, and prints the sheet."""

import pytest
from frappe.utils import get_first_day, get_last_day, getdate
from playwright.sync_api import expect

from tests.desk.pages import CHINESE, ReportPage

STATISTICS = "Service Statistics"


@pytest.mark.rule("SVC-23")
def test_the_manager_reads_drills_down_and_prints(sit_down, api, stage, shots):
	stage.fresh_ticket(api, "13900050803", description="月底报修: 阳台灯不亮")
	manager = sit_down("service_manager")
	today = getdate()
	month = {"from_date": str(get_first_day(today, 0, -1)), "to_date": str(get_last_day(today))}
	report = ReportPage(manager, STATISTICS).open(**month)
	assert report.english() == []
	repairs = next(row for row in report.rows() if row.get("figure") == "repairs")
	assert repairs["total"] >= 1
	manager.picture(shots, "statistics")

	report.figure("repairs").last.click()
	manager.page.wait_for_function(
		"() => window.cur_list && cur_list.doctype === 'Repair Ticket' && cur_list.data.length"
	)
	manager.idle()
	assert manager.js("() => cur_list.total_count ?? cur_list.data.length") >= 1
	behind = manager.js("() => cur_list.get_filters_for_args()")
	listed = api("service_manager").rows("Repair Ticket", [row[:4] for row in behind], limit=500)
	assert len(listed) == repairs["total"]

	report.open(**month).choose(group_by="Building")
	building = next(row for row in report.rows() if row.get("figure") == "repairs")
	assert building["total"] == repairs["total"]

	sheet = report.open(**month).print()
	text = sheet.locator(".statistics").inner_text()
	assert "月度统计表" in text
	assert all(word in text for word in ("来电来访合计", "完成率", "回访率", "投诉合计", "总经理（签字）"))
	assert CHINESE.search(text)
	expect(sheet.locator(".statistics .grid tbody tr")).not_to_have_count(0)
	sheet.locator(".print-format").first.screenshot(path=str(shots / "statistics-sheet.png"))
