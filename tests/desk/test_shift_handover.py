"""The end of a shift: the clerk who leaves and the clerk who comes sign the handover at the desk (SVC-21)."""

import pytest

from tests.desk.pages import FormPage, ListPage, SlipView
from tests.desk.stage import COUNTER

HANDOVER = "Shift Handover"


@pytest.mark.rule("SVC-21")
def test_two_clerks_hand_the_counter_over(sit_down, api, stage, cast, shots):
	clerk = sit_down("clerk")
	ListPage(clerk, HANDOVER).open().press_new()
	form = FormPage(clerk, HANDOVER).wait()
	if form.value("counter") != COUNTER:
		form.pick("counter", COUNTER)
	steps = clerk.count_anew()
	form.save()
	assert form.english() == []
	listed = {row["reference_name"] for row in form.value("lines")}
	assert set(stage.tickets) <= listed
	form.type("keys_counted", "12").type("matters_to_note", "502 室今晚 8 点有人来取备用钥匙")
	clerk.picture(shots, "handover-open")
	form.press("Sign as Outgoing Clerk")
	clerk.click(clerk.page.locator(".modal.show .btn-primary:visible").last)
	clerk.idle()
	form.in_state("Awaiting Incoming Clerk")
	print(f"\nclerk: handover signed after {steps}")
	assert steps.interactions <= 5
	name = form.name

	colleague = sit_down("second_clerk")
	incoming = FormPage(colleague, HANDOVER).open(name)
	dialog = incoming.ask("Sign as Incoming Clerk")
	dialog.type("remarks", "钥匙 12 把, 已核对")
	dialog.confirm()
	incoming.in_state("Completed")
	colleague.picture(shots, "handover-completed")

	doc = api("clerk").doc(HANDOVER, name)
	assert (doc["outgoing_signed_by"], doc["incoming_signed_by"]) == (
		cast.user("clerk"),
		cast.user("second_clerk"),
	)
	sheet = SlipView(colleague).open(HANDOVER, name, "Shift Handover Record")
	text = sheet.sheet.inner_text()
	for printed in ("交接班记录", name, COUNTER, "王晓燕", "李丽", "502 室今晚 8 点", "第 1 页"):
		assert printed in text, printed
	assert sheet.english() == []
	colleague.picture(shots, "handover-sheet", sheet.sheet)
