"""A document's form: open, fill, save, take workflow actions and buttons, read its state."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.desk.pages.desk import CHINESE, Desk
from tests.desk.pages.dialog import Dialog
from tests.desk.pages.fields import Fields

OPENED = """([doctype, name]) => window.cur_frm && cur_frm.doctype === doctype && cur_frm.doc
	&& (name ? cur_frm.docname === name : cur_frm.is_new()) && $(cur_frm.wrapper).is(":visible")"""
SAVED = "() => cur_frm && !cur_frm.is_new() && !cur_frm.is_dirty()"


class FormPage(Fields):
	def __init__(self, desk: Desk, doctype: str):
		self.doctype = doctype
		super().__init__(desk, desk.page.locator(f'.page-container[id="page-{doctype}"]'))

	def open(self, name: str) -> FormPage:
		slug = self.doctype.lower().replace(" ", "-")
		self.desk.goto(f"/app/{slug}/{name}")
		return self.wait(name)

	def new(self, **defaults: Any) -> FormPage:
		"""The full form of a new document, whether or not the DocType opens in quick entry."""
		if "/app" not in self.desk.page.url:
			self.desk.goto()
		self.desk.js(
			"""([doctype, defaults]) => frappe.model.with_doctype(doctype, () => {
				const doc = frappe.model.get_new_doc(doctype);
				Object.assign(doc, defaults);
				return frappe.set_route("Form", doctype, doc.name);
			})""",
			[self.doctype, defaults],
		)
		return self.wait()

	def wait(self, name: str | None = None) -> FormPage:
		self.desk.page.wait_for_function(OPENED, arg=[self.doctype, name], timeout=20_000)
		self.desk.idle()
		return self

	# ---- what it holds

	@property
	def name(self) -> str:
		return self.desk.js("() => cur_frm.docname")

	def value(self, fieldname: str) -> Any:
		return self.desk.js("fieldname => cur_frm.doc[fieldname]", fieldname)

	def in_state(self, state: str, context: str | None = None) -> FormPage:
		"""The coloured state beside the title, in Chinese."""
		expect(self.root.locator(".page-head .indicator-pill").first).to_have_text(
			re.compile(rf"^\s*{re.escape(self.desk.zh(state, context))}\s*$"), timeout=15_000
		)
		return self

	def english(self) -> list[str]:
		"""Labels, help texts and options of this DocType that have no Chinese in them for this person."""
		words = self.desk.js(
			"""doctype => frappe.get_meta(doctype).fields
				.filter(df => !df.hidden && !["HTML", "Column Break"].includes(df.fieldtype))
				.flatMap(df => [df.label, df.description,
					...(df.fieldtype === "Select" && df.fieldname !== "naming_series" ? (df.options || "").split("\\n") : [])])
				.concat([doctype]).filter(Boolean).map(text => __(text, null, doctype))""",
			self.doctype,
		)
		return sorted(
			{word for word in words if not CHINESE.search(word) and re.search("[A-Za-z]", word)} - {"SMS"}
		)

	# ---- doing

	def save(self) -> FormPage:
		self.press_save()
		self.desk.page.wait_for_function(SAVED, timeout=20_000)
		self.desk.idle()
		return self

	def press_save(self) -> FormPage:
		self.desk.click(self.root.locator(".page-head .primary-action:visible"))
		self.desk.idle()
		return self

	def button(self, label: str, group: str | None = None, context: str | None = None) -> Locator:
		"""A button of the form's head by its English source, in a drop-down when `group` is given."""
		label = self.desk.zh(label, context)
		exactly = re.compile(rf"^\s*{re.escape(label)}\s*$")
		if group:
			menu = self.root.locator(".inner-group-button").filter(has_text=self.desk.zh(group))
			self.desk.click(menu.locator("button").first)
			return menu.locator(".dropdown-item").filter(has_text=exactly)
		return self.root.locator(".page-head button:visible").filter(has_text=exactly).first

	def press(self, label: str, group: str | None = None, context: str | None = None) -> FormPage:
		self.desk.click(self.button(label, group, context))
		self.desk.idle()
		return self

	def ask(self, label: str, group: str | None = None, context: str | None = None) -> Dialog:
		"""Presses a button that opens a dialog."""
		self.press(label, group, context)
		return Dialog(self.desk).wait()

	def action(self, label: str, *, settles: bool = True) -> FormPage:
		"""Takes a workflow action from the Actions menu; waits until the saved document came back."""
		self.desk.click(self.root.locator(".actions-btn-group button").first)
		item = self.root.locator(".actions-btn-group .dropdown-item:visible").filter(
			has_text=re.compile(rf"^\s*{re.escape(self.desk.zh(label))}\s*$")
		)
		self.desk.click(item.first)
		self.desk.idle()
		if settles:
			self.desk.page.wait_for_function(SAVED, timeout=20_000)
			self.desk.idle()
		return self

	def actions(self) -> list[str]:
		"""What the Actions menu offers this person, in Chinese."""
		offered = self.root.locator(".actions-btn-group .dropdown-item").all_text_contents()
		return [label.strip() for label in offered]

	def attach(self, fieldname: str, path: str) -> FormPage:
		"""Uploads a picture through the field's own dialog."""
		self.desk.click(self.control(fieldname).locator(".btn-attach"))
		return self.upload(path)

	def upload(self, path: str) -> FormPage:
		dialog = Dialog(self.desk).wait()
		dialog.root.locator("input[type=file]").first.set_input_files(path)
		self.desk.steps.fields += 1
		dialog.confirm()
		return self
