"""A DocType's list, tree, kanban board and calendar."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote

from playwright.sync_api import Locator, expect

from tests.desk.pages.desk import Desk


class ListPage:
	def __init__(self, desk: Desk, doctype: str):
		self.desk = desk
		self.doctype = doctype
		self.slug = doctype.lower().replace(" ", "-")
		self.root = desk.page.locator(f'.page-container[id="page-List/{doctype}/List"]')

	def open(self, query: str = "") -> ListPage:
		self.desk.goto(f"/app/{self.slug}/view/list{query}")
		self.root.locator(".frappe-list").wait_for(state="visible")
		self.desk.page.wait_for_function(
			"doctype => window.cur_list && cur_list.doctype === doctype && cur_list.$result", arg=self.doctype
		)
		self.desk.idle()
		return self

	def lengthen(self, rows: int = 100) -> ListPage:
		"""More rows to a page; a list begins with 20, and journeys before this one have left theirs."""
		with self.desk.page.expect_response("**/frappe.desk.reportview.get"):
			self.desk.click(self.root.locator(f'.btn-paging[data-value="{rows}"]'))
		self.desk.idle()
		return self

	@property
	def rows(self) -> Locator:
		return self.root.locator(".list-row-container .list-row")

	def names(self) -> list[str]:
		return self.desk.js("() => cur_list.data.map(row => row.name)")

	def row(self, name: str) -> Locator:
		return self.rows.filter(has=self.desk.page.locator(f'[data-name="{name}"]')).first

	def is_empty(self) -> ListPage:
		expect(self.root.locator(".no-result").first).to_be_visible()
		assert self.names() == []
		return self

	def open_row(self, name: str) -> None:
		self.desk.click(self.root.locator(f'.list-row a[data-name="{name}"]').first)
		self.desk.idle()

	def tick(self, *names: str) -> ListPage:
		for name in names:
			self.desk.click(self.root.locator(f'.list-row-checkbox[data-name="{name}"]'))
		return self

	def action(self, label: str) -> ListPage:
		"""An entry of the Actions menu for the ticked rows."""
		self.desk.click(self.root.locator(".actions-btn-group button").first)
		entries = self.root.locator(".actions-btn-group .dropdown-item:visible")
		self.desk.click(entries.filter(has_text=self.desk.zh(label)).first)
		self.desk.idle()
		return self

	def show(self, label: str) -> ListPage:
		"""One of the saved filters behind the list's "Show" button."""
		group = self.root.locator(".inner-group-button").filter(has_text=self.desk.zh("Show"))
		self.desk.click(group.locator("button").first)
		choice = group.locator(".dropdown-item:visible").filter(has_text=self.desk.zh(label)).first
		with self.desk.page.expect_response("**/frappe.desk.reportview.get"):
			self.desk.click(choice)
		self.desk.idle()
		return self

	def press_new(self) -> None:
		self.desk.click(self.root.locator(".page-head .primary-action:visible"))
		self.desk.idle()


class TreePage:
	def __init__(self, desk: Desk, doctype: str):
		self.desk = desk
		self.doctype = doctype
		self.root = desk.page.locator(".page-container:visible")

	def open(self) -> TreePage:
		self.desk.route("Tree", self.doctype)
		self.root.locator(".tree-node").first.wait_for(state="visible")
		self.desk.idle()
		return self

	def expand_all(self) -> TreePage:
		self.desk.click(
			self.root.locator(".page-head button:visible").filter(has_text=self.desk.zh("Expand All"))
		)
		self.desk.idle()
		return self

	def node(self, name: str) -> Locator:
		return self.root.locator(f'.tree-link[data-label="{name}"]')


class KanbanPage:
	def __init__(self, desk: Desk, doctype: str, board: str):
		self.desk = desk
		self.doctype = doctype
		self.board = board

	def open(self) -> KanbanPage:
		self.desk.goto(f"/app/{self.doctype.lower().replace(' ', '-')}/view/kanban/{self.board}")
		self.desk.page.locator(".kanban-column").first.wait_for(state="visible")
		self.desk.idle()
		return self

	def columns(self) -> list[str]:
		titles = self.desk.page.locator(
			".kanban-column:not(.add-new-column) .kanban-column-title"
		).all_inner_texts()
		return [title.strip() for title in titles if title.strip()]

	def cards(self, column: str) -> list[str]:
		"""Names of the documents under one column's title."""
		found = self.desk.page.locator(".kanban-column").filter(
			has=self.desk.page.locator(".kanban-column-title", has_text=column)
		)
		return [
			unquote(name)
			for name in found.locator(".kanban-card-wrapper").evaluate_all(
				"all => all.map(c => c.dataset.name)"
			)
		]


class CalendarPage:
	def __init__(self, desk: Desk, doctype: str):
		self.desk = desk
		self.doctype = doctype

	def open(self) -> CalendarPage:
		self.desk.goto(f"/app/{self.doctype.lower().replace(' ', '-')}/view/calendar/default")
		self.desk.page.locator(".fc-view-container, .fc-view").first.wait_for(state="visible")
		self.desk.idle()
		return self

	def look_at(self, moment: datetime) -> CalendarPage:
		"""Turns to the month of `moment`."""
		self.desk.js("day => cur_list.calendar.$cal.fullCalendar('gotoDate', day)", f"{moment:%Y-%m-%d}")
		self.desk.idle()
		return self

	def days_of(self, name: str) -> list[str]:
		"""Days on which the document stands in the calendar."""
		return self.desk.js(
			"name => cur_list.calendar.$cal.fullCalendar('clientEvents', e => e.name === name || e.id === name).map(e => e.start.format('YYYY-MM-DD'))",
			name,
		)
