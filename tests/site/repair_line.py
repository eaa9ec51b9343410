"""The repair line as its people work it: each step by the person whose job it is, through the app's own doors."""

import re

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from property_service.property_service.doctype.follow_up import follow_up
from property_service.property_service.doctype.repair_ticket import repair_ticket
from property_service.property_service.doctype.service_order import service_order
from tests.site import make

DRAWING = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="


class Line:
	def __init__(self, cast, as_user):
		self.cast, self.as_user = cast, as_user

	def report(self, by="clerk", **values):
		with self.as_user(by):
			return make.ticket(department=self.cast.departments["engineering"], **values)

	def dispatch(self, ticket, by="clerk", to="technician", **more) -> str:
		with self.as_user(by):
			return repair_ticket.dispatch(
				ticket.name, self.cast.department_of(to), self.cast.employee(to), **more
			)

	def arrive(self, order: str, by="technician") -> None:
		with self.as_user(by):
			service_order.arrive(order)

	def finish(self, order: str, by="technician", **sign_off) -> None:
		with self.as_user(by):
			doc = frappe.get_doc("Service Order", order)
			doc.update(sign_off or {"sign_off_method": "Drawn Signature", "customer_signature": DRAWING})
			doc.save()
			service_order.finish(order, work_done="换了水龙头垫片")

	def work(self, ticket, **sign_off) -> str:
		"""Dispatched, arrived, finished with the customer's drawn signature, so filed as well."""
		order = self.dispatch(ticket)
		self.arrive(order)
		self.finish(order, **sign_off)
		return order

	def step(self, ticket, status: str, by="clerk", **values):
		"""A change of state as a PUT makes it."""
		with self.as_user(by):
			doc = frappe.get_doc("Repair Ticket", ticket.name)
			doc.update({**values, "status": status})
			return doc.save()

	def defer(self, ticket, by="clerk", **values):
		return self.step(ticket, "Deferred", by, **{**deferral(), **values})

	def complete(self, ticket, by="clerk", **values):
		return self.step(ticket, "Completed", by, **values)

	def completed(self, **values):
		ticket = self.report(**values)
		self.work(ticket)
		return self.complete(ticket)

	def follow_up(self, ticket, by="clerk", reached=True, score=5, **values) -> dict:
		with self.as_user(by):
			return follow_up.record("Repair Ticket", ticket.name, reached, score=score, **values)


def deferral(**values) -> dict:
	return {
		"deferral_plan": "等阀芯到货后更换",
		"expected_on": add_to_date(now_datetime(), days=3),
		"consented_by": "何家欢",
		"consent_method": "Phone",
		"consented_on": add_to_date(now_datetime(), minutes=-5),
		**values,
	}


def state(ticket) -> str:
	return frappe.db.get_value("Repair Ticket", ticket.name, "status")


def open_follow_up(ticket):
	name = frappe.db.get_value("Follow Up", {"reference_name": ticket.name, "status": "Open"})
	return name and frappe.get_doc("Follow Up", name)


def refused(call, expected: str, exc=frappe.ValidationError) -> str:
	"""The call is refused with the rule's message. Returns what the person reads."""
	with pytest.raises(exc) as error:
		call()
	text = frappe.utils.strip_html(str(error.value))
	parts = re.split(r"\{\d\}", frappe.utils.strip_html(frappe._(expected)))
	assert all(part.strip() in text for part in parts), text
	return text
