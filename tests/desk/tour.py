"""The README's pictures and its two-minute tour, from what the browser tests kept: `make shots`, `make tour`.

    python -m tests.desk.tour tests             the test files that the tour's pictures come from
    python -m tests.desk.tour tour FOLDER DOCS  DOCS/tour.webp from the pictures in FOLDER
    python -m tests.desk.tour make FOLDER DOCS  the same, and the README's pictures in DOCS/screenshots anew

A scene is a picture that a journey takes (`desk.picture(shots, NAME)`), with a caption in both languages. Nothing is
drawn that a test has not seen: a picture that is missing stops the tour and says which test takes it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

WIDTH, HEIGHT, CAPTION = 960, 600, 76
SCREEN, MARGIN = (1440, 900), 12
SECONDS = 4.2
INK, PAPER, FRAME, SHADE = "#ffffff", "#f4f5f6", "#d1d8dd", "#1f272e"
# of fonts-noto-cjk; its first face is the Japanese one, the simplified Chinese is the third
FONT, FACE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2
# Colours of a README's picture: a desk has few, and a palette of them is a third of the bytes.
COLOURS = 128


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


def frame(scene: Scene, number: int, folder: Path) -> Image.Image:
	"""The picture above both captions: a screen from edge to edge, a phone or a sheet on paper."""
	with Image.open(folder / f"{scene.picture}.png") as kept:
		shot = kept.convert("RGB")
	page = Image.new("RGB", (WIDTH, HEIGHT + CAPTION), PAPER)
	room = (WIDTH, HEIGHT) if shot.size == SCREEN else (WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)
	shot = ImageOps.contain(shot, room, Image.LANCZOS)
	place = ((WIDTH - shot.width) // 2, (HEIGHT - shot.height) // 2)
	page.paste(shot, place)
	draw = ImageDraw.Draw(page)
	draw.rectangle((*place, place[0] + shot.width - 1, place[1] + shot.height - 1), outline=FRAME)
	draw.rectangle((0, HEIGHT, WIDTH, HEIGHT + CAPTION), fill=SHADE)
	draw.text((24, HEIGHT + 8), scene.chinese, font=_font(24), fill=INK)
	draw.text((24, HEIGHT + 44), scene.english, font=_font(17), fill=FRAME)
	progress = WIDTH * number // len(SCENES)
	draw.rectangle((0, HEIGHT + CAPTION - 4, progress, HEIGHT + CAPTION), fill="#2490ef")
	return page


def _font(size: int) -> ImageFont.FreeTypeFont:
	return ImageFont.truetype(FONT, size, index=FACE)


def make_tour(folder: Path, to: Path) -> None:
	missing = [scene for scene in SCENES if not (folder / f"{scene.picture}.png").exists()]
	if missing:
		raise SystemExit(
			"\n".join(f"{row.picture}.png is missing: tests/desk/{row.test}.py takes it" for row in missing)
		)
	first, *others = (frame(scene, number, folder) for number, scene in enumerate(SCENES, 1))
	first.save(
		to,
		save_all=True,
		append_images=others,
		duration=round(SECONDS * 1000),
		loop=0,
		quality=72,
		method=6,
		kmax=1,  # every frame whole: what is left of the one before would show through
	)
	print(f"{to}: {len(SCENES)} scenes, {len(SCENES) * SECONDS:.0f} s, {to.stat().st_size // 1024} KiB")


def refresh(folder: Path, chosen: Path) -> None:
	"""The README's pictures anew: those that stand in `chosen` already, and no others."""
	for picture in sorted(chosen.glob("*.png")):
		taken = folder / picture.name
		if taken.exists():
			with Image.open(taken) as shot:
				shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)


def main(command: str, *arguments: str) -> None:
	if command == "tests":
		print("\n".join(tests()))
		return
	folder, docs = map(Path, arguments)
	if command == "make":
		refresh(folder, docs / "screenshots")
	make_tour(folder, docs / "tour.webp")


if __name__ == "__main__":
	main(*sys.argv[1:])
