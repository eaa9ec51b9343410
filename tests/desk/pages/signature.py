"""The pad a customer signs on."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.desk.pages.desk import Desk

# The surname 林 in parts of the pad's width and height, one list of points per stroke.
STROKES = (
	[(0.18, 0.36), (0.45, 0.33)],
	[(0.32, 0.16), (0.31, 0.5), (0.32, 0.82)],
	[(0.31, 0.36), (0.25, 0.55), (0.16, 0.66)],
	[(0.33, 0.4), (0.38, 0.5), (0.43, 0.55)],
	[(0.5, 0.34), (0.82, 0.3)],
	[(0.64, 0.14), (0.63, 0.5), (0.64, 0.86)],
	[(0.63, 0.35), (0.57, 0.55), (0.46, 0.68)],
	[(0.65, 0.38), (0.74, 0.56), (0.87, 0.66)],
)


class SignaturePad:
	def __init__(self, desk: Desk, control: Locator):
		self.desk = desk
		self.canvas = control.locator("canvas.jSignature")

	def sign(self) -> SignaturePad:
		"""Draws a name; to the person it is one gesture."""
		self.canvas.wait_for(state="visible")
		self.canvas.scroll_into_view_if_needed()
		box = self.canvas.bounding_box()
		mouse = self.desk.page.mouse
		for stroke in STROKES:
			(x, y), *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
			mouse.move(x, y)
			mouse.down()
			for x, y in others:
				mouse.move(x, y, steps=5)
			mouse.up()
		self.desk.steps.clicks += 1
		self.desk.idle()
		return self
