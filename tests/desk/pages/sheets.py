"""Print views and workspaces: pages that are read, not filled."""

from __future__ import annotations

import re

from playwright.sync_api import Locator

from tests.desk.pages.desk import CHINESE, Desk


def english_lines(text: str, allowed: re.Pattern) -> list[str]:
	"""Lines of `text` with Latin words but no Chinese, other than `allowed` ones."""
	lines = {line.strip() for line in text.splitlines()}
	return sorted(
		line
		for line in lines
		if re.search("[A-Za-z]{2}", line) and not CHINESE.search(line) and not allowed.search(line)
	)


class SlipView:
	"""A document in a print format, as the browser would print it."""

	# Document numbers, sizes, materials' names.
	ALLOWED = re.compile(r"^[A-Z]{2}-\d{4}-\d+$|\d ?mm|\d ?m\b|@")

	def __init__(self, desk: Desk):
		self.desk = desk
		self.sheet: Locator = desk.page.locator(".print-format").first

	def open(self, doctype: str, name: str, print_format: str) -> SlipView:
		self.desk.page.goto(
			f"{self.desk.base_url}/printview?doctype={doctype}&name={name}&format={print_format}&no_letterhead=1&_lang=zh"
		)
		self.sheet.wait_for(state="visible")
		return self

	def enlarge(self) -> SlipView:
		"""For a picture: paper's margin around the sheet, and pixels enough to read it."""
		self.desk.page.add_style_tag(
			content="body .print-format { zoom: 2; padding: 7mm 8mm !important; max-width: 148mm; }"
		)
		return self

	def qr_code(self) -> tuple[float, float]:
		"""Width and height in pixels: only a square code scans."""
		box = self.sheet.locator(".qr img").bounding_box()
		return round(box["width"]), round(box["height"])

	def english(self) -> list[str]:
		return english_lines(self.sheet.inner_text(), self.ALLOWED)


class WorkspacePage:
	ALLOWED = re.compile(r"^[A-Z]{2}-\d{4}-\d+$|^ERPNext$|^[A-Z]{3} -?[\d.,]+$")

	def __init__(self, desk: Desk):
		self.desk = desk
		self.root = desk.page.locator(".layout-main-section:visible").first

	def open(self, name: str) -> WorkspacePage:
		self.desk.goto(f"/app/{name.lower().replace(' ', '-')}")
		self.root.locator(".number-widget-box .number").first.wait_for(state="visible")
		self.root.locator(
			".frappe-chart, .chart-empty-state, .dashboard-widget-box .report-loading"
		).first.wait_for()
		self.desk.idle()
		return self

	def wait_for_bars(self) -> WorkspacePage:
		"""Charts grow from nothing; until every one has a bar with a height and rests, there is nothing to see."""
		self.desk.page.wait_for_function(
			"""() => {
				const charts = [...document.querySelectorAll(".frappe-chart")];
				const grown = (chart) => [...chart.querySelectorAll(".bar")].some((bar) => bar.getBoundingClientRect().height > 4);
				return charts.length && charts.every((chart) => grown(chart) && !chart.querySelector("animate"));
			}"""
		)
		return self

	def numbers(self) -> list[str]:
		return [
			number.strip() for number in self.root.locator(".number-widget-box .number").all_inner_texts()
		]

	def english(self) -> list[str]:
		return english_lines(self.root.inner_text(), self.ALLOWED)
