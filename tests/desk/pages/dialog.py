"""The dialog in front: quick entry, the dispatch dialog, a confirmation."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.desk.pages.desk import Desk
from tests.desk.pages.fields import Fields


class Dialog(Fields):
	def __init__(self, desk: Desk):
		super().__init__(desk, desk.page.locator(".modal.show:not(.msgprint-dialog)").last)

	def wait(self) -> Dialog:
		self.root.wait_for(state="visible")
		# Bootstrap ignores a hide while the dialog still fades in, and takes the focus away when it is there: a link
		# field that was being typed into would then be emptied.
		self.desk.page.wait_for_function(
			"""() => {
				const front = [...document.querySelectorAll(".modal.show:not(.msgprint-dialog)")].pop();
				return window.cur_dialog && cur_dialog.display && cur_dialog.$wrapper[0] === front;
			}"""
		)
		self.desk.idle()
		return self

	@property
	def title(self) -> str:
		return self.root.locator(".modal-title").inner_text().strip()

	@property
	def primary(self) -> Locator:
		return self.root.locator(
			".modal-footer .btn-primary:visible, .standard-actions .btn-primary:visible"
		).last

	def confirm(self, *, closes: bool = True) -> Desk:
		self.desk.click(self.primary)
		if closes:
			self.root.wait_for(state="hidden")
		return self.desk.idle()
