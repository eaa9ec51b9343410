"""The scenes of the two-minute tour: pictures that journeys take, in order, with a caption in both languages.

`python -m tests.desk.scenes` names the test files that take them; tests/desk/tour.py makes the tour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scene:
	picture: str
	test: str
	chinese: str
	english: str


SCENES = (
	Scene(
		"list", "test_sheets", "报修单：一眼看到谁在等、等了多久", "Repair tickets: who waits, and since when"
	),
	Scene(
		"counter",
		"test_reception_counter",
		"来电：只用键盘，报号码就找到业主",
		"A call: the number finds the caller, keyboard alone",
	),
	Scene(
		"ticket",
		"test_repair_line",
		"报修单带出一切，时限开始计时",
		"The ticket has it all, the service level's clock runs",
	),
	Scene(
		"ticket-dispatched",
		"test_repair_line",
		"派工：部门、维修人员，当场通知",
		"Dispatched: department and technician, told at once",
	),
	Scene(
		"phone",
		"test_phone",
		"维修人员的手机：五步，客户在屏幕上签字",
		"The technician's phone: five taps, the customer signs on the screen",
	),
	Scene("slip", "test_sheets", "派工单与纸质表单一样", "The dispatch slip looks like the paper one"),
	Scene(
		"ticket-closed",
		"test_repair_line",
		"回访打分后才能关闭；1、2 分自动重开",
		"Closed after a follow-up; a score of 1 or 2 reopens it",
	),
	Scene(
		"till-shift",
		"test_till",
		"收款班次：收据连号，应有现金随时可见",
		"The till: receipts without gaps, what should be in the drawer",
	),
	Scene(
		"till-receipt-sheet",
		"test_till",
		"收款收据，大写金额由系统填写",
		"The receipt, its amount in capital numerals",
	),
	Scene(
		"till-counting",
		"test_till",
		"交班先点现金，再看差额",
		"Closing: count first, then see the difference",
	),
	Scene(
		"till-accepted",
		"test_till",
		"出纳签收，自动生成一张凭证",
		"The cashier accepts; one journal entry is posted",
	),
	Scene(
		"key-counter",
		"test_key_counter",
		"钥匙：扫码借出、归还，逾期催还",
		"Keys: out and back by scanning, chased when late",
	),
	Scene(
		"plan",
		"test_purchase_plan",
		"月度采购计划：按储备限额自动算出",
		"The month's purchase plan, worked out from the stock limits",
	),
	Scene(
		"plan-finance",
		"test_purchase_plan",
		"财务对照库存、消耗与预算审核",
		"Finance weighs stock, use and budget",
	),
	Scene(
		"plan-phone", "test_purchase_plan", "总经理在手机上批准", "The general manager approves on a phone"
	),
	Scene(
		"plan-sheet",
		"test_purchase_plan",
		"采购计划单：谁审、谁批，都在纸上",
		"The plan's sheet names who checked and who approved",
	),
	Scene("inspection", "test_goods", "到货验收：逐项检查并记录", "Arrival: inspected point by point"),
	Scene("issue-sheet", "test_goods", "凭批准的领料单出库", "Issued on an approved request only"),
	Scene(
		"stock-count-sheet-blind",
		"test_stock_count",
		"盘点表不印账面数",
		"The count sheet is blind: no book quantities",
	),
	Scene(
		"stock-count-approved",
		"test_stock_count",
		"盘点经复核、批准后才处理差异",
		"Counted, checked, approved; then differences are decided",
	),
	Scene(
		"stock-movement-statement",
		"test_movement_statement",
		"进耗存表与两套账核对一致",
		"The movement statement ties to both ledgers",
	),
	Scene(
		"tool-request",
		"test_tools",
		"工具借领：一人一件，到期归还",
		"Tools: one piece, one holder, one day to bring it back",
	),
	Scene("tool-late", "test_tools", "逾期当天开始催还", "Chased from the day it is due"),
	Scene(
		"low-value-article",
		"test_article_scan",
		"低值易耗品一物一卡",
		"Low-value articles: a card for every piece",
	),
	Scene(
		"amortisation-run",
		"test_chairs",
		"摊销一次运行，一张凭证",
		"A month's amortisation: one run, one journal entry",
	),
	Scene(
		"article-count-phone", "test_chairs", "用手机扫码盘点在用物品", "Articles in use are counted by phone"
	),
	Scene(
		"scrap-verified",
		"test_chairs",
		"报废先鉴定：原因、责任人、赔偿",
		"Scrap: cause, who answers for it, compensation",
	),
	Scene(
		"scrap-sheet",
		"test_chairs",
		"人人签字，过账后不再有净值",
		"Everybody has signed; nothing of its value is left",
	),
)


def tests() -> list[str]:
	return sorted({f"tests/desk/{scene.test}.py" for scene in SCENES})


if __name__ == "__main__":
	print(*tests(), sep="\n")
