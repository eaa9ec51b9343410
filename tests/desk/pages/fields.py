"""Fields of a form or dialog, filled the way a person does and found by fieldname, which never changes."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.desk.pages.desk import Desk


class Fields:
	def __init__(self, desk: Desk, root: Locator):
		self.desk = desk
		self.root = root

	def control(self, fieldname: str) -> Locator:
		return self.root.locator(f'.frappe-control[data-fieldname="{fieldname}"]').first

	def input(self, fieldname: str) -> Locator:
		return self.control(fieldname).locator("input:visible, textarea:visible, select:visible").first

	def type(self, fieldname: str, value: str):
		"""Types into a Data, Text, Date or number field and leaves it, so that its change is taken."""
		target = self.input(fieldname)
		target.scroll_into_view_if_needed()
		self.desk.type(target, value)
		target.blur()
		self.desk.idle()
		return self

	def choose(self, fieldname: str, value: str):
		"""Selects by the stored (English) value; the list shows the translation of it."""
		self.input(fieldname).select_option(value=value)
		self.desk.steps.fields += 1
		self.desk.idle()
		return self

	def pick(self, fieldname: str, text: str, option: str | None = None):
		"""Types into a Link field and takes the suggestion that shows `option` (default: the typed text)."""
		suggestion = self.suggest(fieldname, text).filter(has_text=re.compile(re.escape(option or text)))
		self.desk.click(suggestion.first)
		self.desk.idle()
		return self

	def suggest(self, fieldname: str, text: str) -> Locator:
		"""Types into a Link field; what it suggests then, the entries behind the documents included."""
		target = self.input(fieldname)
		target.scroll_into_view_if_needed()
		self.desk.type(target, text)
		return self.suggestions(fieldname)

	def suggestions(self, fieldname: str) -> Locator:
		return self.control(fieldname).locator(".awesomplete [role=option]")

	def tick(self, fieldname: str, on: bool = True):
		box = self.control(fieldname).locator("input.input-with-feedback[type=checkbox]")
		if box.is_checked() != on:
			self.desk.click(box)
		self.desk.idle()
		return self

	def rate(self, fieldname: str, stars: int):
		self.desk.click(self.control(fieldname).locator("svg.icon").nth(stars - 1))
		return self.desk.idle()

	def shows(self, fieldname: str, text: str):
		expect(self.control(fieldname)).to_contain_text(text)
		return self
