"""The signed-in desk of one person: routes, waiting, translated labels, counted interactions, pictures."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

CHINESE = re.compile(r"[\u4e00-\u9fff]")

# No request under way, nothing frozen, no route change pending: the page answers to the next click.
# A workspace that has not drawn its first page tries again by a timer, and stumbles over the route if it was left.
IDLE = """() => {
	if (!window.frappe || !frappe.boot || !frappe.request || frappe.request.ajax_count) return false;
	const home = frappe.workspace;
	if (home && !(home.all_pages && (home.editor || !home.all_pages.length))) return false;
	if (document.querySelector("#freeze.in, #freeze.show")) return false;
	return !(window.cur_frm && cur_frm.doc && cur_frm.doc.__saving);
}"""


@dataclass
class Steps:
	"""What a person had to do: clicks (taps), fields typed into, and the seconds the machine took over it."""

	clicks: int = 0
	fields: int = 0
	started: float = field(default_factory=time.monotonic)

	@property
	def interactions(self) -> int:
		return self.clicks + self.fields

	@property
	def seconds(self) -> float:
		return time.monotonic() - self.started

	def __str__(self):
		return f"{self.clicks} clicks, {self.fields} fields, {self.seconds:.1f} s"


class Desk:
	def __init__(self, page: Page, base_url: str):
		self.page = page
		self.base_url = base_url
		self.steps = Steps()

	# ---- getting about

	def goto(self, path: str = "/app") -> Desk:
		self.page.goto(self.base_url + path, wait_until="domcontentloaded")
		return self.idle()

	def route(self, *parts: str) -> Desk:
		"""Moves inside the loaded desk, as a click on a link does; loads the desk first where it is not open."""
		if "/app" not in self.page.url:
			self.goto()
		self.page.evaluate("parts => frappe.set_route(parts)", list(parts))
		return self.idle()

	def idle(self, timeout: float = 20_000) -> Desk:
		"""Two looks, for a finished request often starts the next one."""
		for _ in range(2):
			self.page.wait_for_function(IDLE, timeout=timeout)
			self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
		return self

	# ---- words

	def zh(self, source: str, context: str | None = None) -> str:
		"""The label as this person reads it. An English one is a defect of the Chinese desk and fails the journey."""
		label = self.page.evaluate("([source, context]) => __(source, null, context)", [source, context])
		assert CHINESE.search(label), f"no Chinese translation of {source!r}"
		return label

	# ---- counted interactions

	def click(self, target: Locator, **kwargs) -> Desk:
		target.click(**kwargs)
		self.steps.clicks += 1
		return self

	def type(self, target: Locator, value: str) -> Desk:
		target.fill(value)
		self.steps.fields += 1
		return self

	def count_anew(self) -> Steps:
		self.steps = Steps()
		return self.steps

	# ---- what the page says

	@property
	def message_box(self) -> Locator:
		return self.page.locator(".modal.show").filter(has=self.page.locator(".msgprint")).last

	def message(self) -> str:
		"""Text of the message box in front, waiting for it to come up."""
		self.message_box.wait_for(state="visible")
		return self.message_box.locator(".msgprint").inner_text()

	def dismiss_message(self) -> Desk:
		# a box that is still coming up takes no notice of the click
		self.page.wait_for_function(
			"() => !$('.modal.show').toArray().some((box) => $(box).data('bs.modal')?._isTransitioning)"
		)
		self.click(self.message_box.locator(".btn-modal-close"))
		self.message_box.wait_for(state="hidden")
		return self

	def js(self, expression: str, argument: Any = None) -> Any:
		return self.page.evaluate(expression, argument)

	# ---- pictures

	def picture(self, folder: Path, name: str, target: Locator | None = None) -> Path:
		"""Keeps a screenshot as folder/name.png once fonts and pictures are there and passing notes are gone."""
		if self.page.locator("body[data-route], #body").count():
			self.idle()
		self.page.evaluate("() => document.fonts.ready.then(() => true)")
		self.page.evaluate(
			"() => Promise.all([...document.images].filter(i => !i.complete).map(i => new Promise(d => i.onload = i.onerror = d)))"
		)
		self.page.evaluate(
			"() => window.frappe && frappe.hide_msgprint && document.querySelectorAll('.desk-alert').forEach(a => a.remove())"
		)
		path = folder / f"{name}.png"
		(target or self.page).screenshot(path=str(path), animations="disabled")
		return path
