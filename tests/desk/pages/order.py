"""Service Order: the clerk's form, and the technician's panel with a tap for each step."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.desk.pages.desk import Desk
from tests.desk.pages.dialog import Dialog
from tests.desk.pages.form import FormPage
from tests.desk.pages.signature import SignaturePad


class OrderForm(FormPage):
	def __init__(self, desk: Desk):
		super().__init__(desk, "Service Order")
		self.panel = self.root.locator(".site-panel")

	# ---- on the phone: arrive, photo, materials, sign, finish

	def step(self, step: str) -> Locator:
		return self.panel.locator(f'.site-step[data-step="{step}"]')

	def tap(self, step: str) -> OrderForm:
		target = self.step(step)
		target.scroll_into_view_if_needed()
		self.desk.click(target)
		self.desk.idle()
		return self

	def arrive(self) -> OrderForm:
		self.tap("arrive")
		expect(self.step("photo")).to_be_enabled()
		return self

	def take_photo(self, picture: Path) -> OrderForm:
		"""The phone's camera is a file chooser to the browser."""
		with self.desk.page.expect_file_chooser() as chooser:
			self.tap("photo")
		chooser.value.set_files(str(picture))
		expect(self.panel.locator(".site-photos img")).to_have_count(1)
		self.desk.idle()
		return self

	def use_material(self, name: str, quantity: str) -> OrderForm:
		self.tap("materials")
		row = self.panel.locator(".site-row").last
		self.desk.type(row.locator('[data-field="item_name"]'), name)
		self.desk.type(row.locator('[data-field="qty"]'), quantity)
		row.locator('[data-field="qty"]').press("Tab")
		return self

	def write_work_done(self, text: str) -> OrderForm:
		field = self.panel.locator(".site-work")
		self.desk.type(field, text)
		field.press("Tab")
		return self

	def let_customer_sign(self) -> OrderForm:
		self.tap("sign")
		SignaturePad(self.desk, self.panel.locator('[data-fieldname="customer_signature"]').first).sign()
		self.desk.page.wait_for_function("() => !!cur_frm.doc.customer_signature")
		return self

	def choose_sign_off(self, method: str) -> OrderForm:
		"""Another way of signing off than the drawn signature, in the panel's signature part."""
		self.tap("sign")
		self.desk.steps.fields += 1
		self.panel.locator('[data-fieldname="sign_off_method"] select').select_option(value=method)
		self.desk.page.wait_for_function("method => cur_frm.doc.sign_off_method === method", arg=method)
		return self

	def finish(self, ends_as: str) -> OrderForm:
		self.tap("finish")
		self.desk.page.wait_for_function("state => cur_frm.doc.status === state", arg=ends_as)
		self.desk.idle()
		return self

	# ---- at the desk

	def take(self, action: str) -> OrderForm:
		"""An action of the menu that asks for nothing."""
		self.action(action, settles=False)
		self.desk.idle()
		return self

	def confirm_by_phone(self, satisfaction: str) -> OrderForm:
		dialog = self.ask("Confirm by Phone")
		dialog.choose("satisfaction", satisfaction)
		dialog.confirm()
		return self

	def mark_rooms(self, label: str) -> OrderForm:
		dialog: Dialog = self.ask(label)
		dialog.confirm()
		return self

	def carries(self, text: str) -> OrderForm:
		expect(self.root.locator(".form-message, .form-layout").first).to_contain_text(
			re.compile(re.escape(text))
		)
		return self
