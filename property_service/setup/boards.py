"""The kanban boards of repair tickets, service orders and complaints by state. A company may change or delete one; it is made once."""

import json
from dataclasses import dataclass

import frappe

from property_service.rules import complaint as complaint_rules
from property_service.rules import repair_ticket as ticket_rules
from property_service.rules import service_order as order_rules
from property_service.setup.memory import made, remember
from property_service.setup.words import words


@dataclass(frozen=True)
class Board:
	"""Colours by state (Kanban knows few); ended documents would fill the board, their columns stay folded away."""

	doctype: str
	title: str
	colours: dict[str, str]
	ended: tuple[str, ...]
	card_fields: tuple[str, ...]

	@property
	def key(self) -> str:
		return f"board/{self.doctype}"


BOARDS = (
	Board(
		"Repair Ticket",
		"Repair Tickets by State",
		{
			ticket_rules.REPORTED: "Red",
			ticket_rules.REOPENED: "Pink",
			ticket_rules.DISPATCHED: "Blue",
			ticket_rules.IN_PROGRESS: "Orange",
			ticket_rules.DEFERRED: "Purple",
			ticket_rules.COMPLETED: "Green",
		},
		(ticket_rules.CLOSED, ticket_rules.CANCELLED),
		("name", "property_unit", "location", "priority", "expected_on"),
	),
	Board(
		"Service Order",
		"Service Orders by State",
		{
			order_rules.DRAFT: "Gray",
			order_rules.RETURNED: "Red",
			order_rules.DISPATCHED: "Blue",
			order_rules.IN_PROGRESS: "Orange",
			order_rules.FINISHED: "Purple",
		},
		order_rules.ENDED,
		("name", "customer_address", "assigned_to_name", "priority", "planned_for"),
	),
	Board(
		"Customer Complaint",
		"Complaints by State",
		{
			complaint_rules.RECEIVED: "Red",
			complaint_rules.REOPENED: "Pink",
			complaint_rules.CLASSIFIED: "Orange",
			complaint_rules.ASSIGNED: "Yellow",
			complaint_rules.ANALYSED: "Blue",
			complaint_rules.ACTED: "Cyan",
			complaint_rules.VERIFIED: "Green",
			complaint_rules.SETTLED: "Light Blue",
			complaint_rules.UNFOUNDED: "Gray",
		},
		(complaint_rules.CLOSED,),
		("name", "complaint_type", "severity", "responsible_department", "due_on"),
	),
)


def install() -> None:
	for board in BOARDS:
		if board.key not in made():
			remember(board.key, make(board))


def make(board: Board) -> str:
	title = words(board.title)
	if not frappe.db.exists("Kanban Board", title):
		doc = frappe.get_doc(
			{
				"doctype": "Kanban Board",
				"kanban_board_name": title,
				"reference_doctype": board.doctype,
				"field_name": "status",
				"show_labels": 1,
				"fields": json.dumps(board.card_fields),
				"columns": columns(board),
			}
		)
		doc.insert(ignore_permissions=True)  # set-up, before anybody works here
	return title


def columns(board: Board) -> list[dict]:
	shown = [
		{"column_name": state, "indicator": colour, "status": "Active"}
		for state, colour in board.colours.items()
	]
	return shown + [
		{"column_name": state, "indicator": "Gray", "status": "Archived"} for state in board.ended
	]


def remove() -> None:
	doctypes = [board.doctype for board in BOARDS]
	for name in frappe.get_all(
		"Kanban Board", {"reference_doctype": ("in", doctypes)}, pluck="name", order_by="name"
	):
		frappe.delete_doc("Kanban Board", name, force=True, ignore_permissions=True)  # its DocType goes
