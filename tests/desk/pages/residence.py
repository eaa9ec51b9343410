"""Residence Application: the free beds to choose from, moving in, and the list before moving out."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.desk.pages.desk import Desk
from tests.desk.pages.dialog import Dialog
from tests.desk.pages.form import FormPage


class ResidenceForm(FormPage):
	def __init__(self, desk: Desk):
		super().__init__(desk, "Residence Application")

	def assign(self, room: str) -> ResidenceForm:
		"""`room`: the unit's name; its line in the dialog is chosen."""
		dialog = self.ask("Assign Room")
		self.desk.click(dialog.root.locator(f'[data-room="{room}"]'))
		dialog.root.wait_for(state="hidden")
		self.desk.idle()
		return self.in_state("Room Assigned")

	def move_in(self, *key_tags: str) -> ResidenceForm:
		dialog = self.ask("Move In", context=self.doctype)
		dialog.type("key_tags", "\n".join(key_tags))
		dialog.tick("signed_on_paper")
		dialog.confirm()
		return self.in_state("Moved In")

	@property
	def checklist(self) -> Locator:
		return self.control("open_matters").locator("[data-checklist]")

	def settle(self, name: str, way: str) -> ResidenceForm:
		line = self.checklist.locator("tr").filter(has_text=name)
		self.desk.click(line.locator(f'[data-way="{way}"]'))
		line.wait_for(state="detached")
		self.desk.idle()
		return self

	def move_out(self) -> ResidenceForm:
		self.press("Move Out", context=self.doctype)
		Dialog(self.desk).wait().confirm()
		return self
