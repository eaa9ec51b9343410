"""A report on the screen and on paper."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

from tests.desk.pages.desk import Desk
from tests.desk.pages.sheets import english_lines


class ReportPage:
	ALLOWED = re.compile(r"^[A-Z]{2}-\d{4}-\d+$|^[\d\s.:%/()—–-]+$")

	def __init__(self, desk: Desk, name: str):
		self.desk = desk
		self.name = name
		self.root = desk.page.locator('.page-container[id="page-query-report"]')

	def open(self, **filters: str) -> ReportPage:
		query = "&".join(f"{key}={value}" for key, value in filters.items())
		self.desk.goto(f"/app/query-report/{self.name}?{query}")
		return self.wait()

	def wait(self) -> ReportPage:
		self.desk.page.wait_for_function(
			"""name => window.frappe && frappe.query_report && frappe.query_report.report_name === name
				&& frappe.query_report.datatable && !frappe.query_report.$loading?.is(":visible")""",
			arg=self.name,
		)
		self.desk.idle()
		return self

	def choose(self, **filters: str) -> ReportPage:
		"""Sets filters as a person would leave them; the report runs again."""
		for fieldname, value in filters.items():
			with self.desk.page.expect_response("**/frappe.desk.query_report.run*"):
				self.desk.js(
					"([fieldname, value]) => frappe.query_report.set_filter_value(fieldname, value)",
					[fieldname, value],
				)
			self.desk.steps.fields += 1
			self.desk.idle()
		return self.wait()

	def rows(self) -> list[dict]:
		return self.desk.js("() => frappe.query_report.data")

	def figure(self, key: str) -> Locator:
		"""The linked figures of one line, left to right."""
		return self.root.locator(f'.dt-cell a[data-figure="{key}"]')

	def english(self) -> list[str]:
		return english_lines(
			self.root.locator(".report-wrapper, .datatable").first.inner_text(), self.ALLOWED
		)

	def print(self) -> Page:
		"""The sheet in its own window, as the browser would print it."""
		with self.desk.page.context.expect_page() as opened:
			self.desk.js(
				"""() => frappe.query_report.print_report({
					with_letter_head: 0, letter_head: null, orientation: "Portrait", columns: undefined })"""
			)
		page = opened.value
		page.locator(".print-format").first.wait_for(state="visible")
		return page
