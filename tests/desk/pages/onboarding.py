"""The first days of a newcomer on a workspace, and the tour over a form that one of their steps begins."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.desk.pages.desk import CHINESE, Desk


class Onboarding:
	def __init__(self, desk: Desk, workspace: str, title: str):
		self.desk = desk
		desk.route(workspace)
		self.root = desk.page.locator(".onboarding-widget-box").filter(has_text=desk.zh(title))
		expect(self.root).to_be_visible(timeout=20_000)

	def steps(self) -> list[str]:
		return [text.strip() for text in self.root.locator(".step-text").all_inner_texts()]

	def step(self, title: str) -> Locator:
		return self.root.locator(".onboarding-step").filter(has_text=self.desk.zh(title))

	def choose(self, title: str) -> Onboarding:
		"""Shows what a step is about."""
		self.desk.click(self.step(title))
		return self

	@property
	def explained(self) -> str:
		return self.root.locator(".onboarding-step-body").inner_text()

	def start(self, label: str) -> Tour:
		self.desk.click(self.root.locator(".onboarding-step-footer button", has_text=self.desk.zh(label)))
		return Tour(self.desk)


class Tour:
	def __init__(self, desk: Desk):
		self.desk = desk
		self.popover = desk.page.locator("#driver-popover-item")
		expect(self.popover).to_be_visible(timeout=20_000)
		desk.idle()

	def stands_at(self, title: str, fieldname: str) -> Tour:
		"""The explanation is Chinese, and the field that it is about is the one lit up."""
		expect(self.popover.locator(".driver-popover-title")).to_have_text(self.desk.zh(title))
		assert CHINESE.search(self.popover.locator(".driver-popover-description").inner_text())
		lit = self.desk.page.locator(".driver-highlighted-element")
		expect(lit).to_have_attribute("data-fieldname", fieldname)
		expect(lit).to_be_in_viewport()
		return self

	def next(self) -> Tour:
		self.desk.click(self.popover.locator(".driver-next-btn"))
		return self

	def play(self, steps: list[dict]) -> Tour:
		"""Goes through all the fields of a tour's definition; after the last one the newcomer is praised in Chinese."""
		for step in steps:
			self.stands_at(step["title"], step["fieldname"]).next()
		expect(self.popover).to_be_hidden()
		assert CHINESE.search(self.desk.message())
		return self

	def back(self) -> None:
		"""To the workspace, where the step counts as done. A box that is still opening would stay in front of it."""
		self.desk.page.wait_for_function("() => frappe.msg_dialog.display")
		self.desk.click(self.desk.message_box.locator(".modal-footer .btn-primary:visible"))
		self.desk.idle()

	def picture(self, folder: Path, name: str) -> Path:
		return self.desk.picture(folder, name)
