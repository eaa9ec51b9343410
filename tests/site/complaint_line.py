"""Takes a complaint through its steps as the people concerned, for the tests of complaints."""

import frappe
from frappe.utils import add_days, now_datetime, today

from property_service.property_service.doctype.customer_complaint import steps
from property_service.property_service.doctype.follow_up import follow_up
from tests.site import make


def complaint_type(**values) -> str:
	"""A type of the test's own: repetition and suggestions count by it."""
	return make.insert(
		{"doctype": "Complaint Type", "type_name": f"服务态度 {frappe.generate_hash(length=6)}", **values}
	).name


def values(**given) -> dict:
	return {
		"doctype": "Customer Complaint",
		"company": make.company(),
		"channel": "Phone",
		"contact_name": "何家欢",
		"contact_phone": make.mobile_number(),
		"contact_address": "一期 1 幢 101 室",
		"description": "报修三天无人上门",
		"complaint_class": "Valid Complaint",
		"severity": "Serious",
		"claim": "Repair, Replace or Redo",
		**given,
	}


class Line:
	"""One complaint; each method takes one step as the person named and returns the document."""

	def __init__(self, cast, as_user, **given):
		self.cast, self.as_user = cast, as_user
		given.setdefault("complaint_type", complaint_type())
		with as_user("clerk"):
			self.name = make.insert(values(**given)).name

	@property
	def doc(self):
		return frappe.get_doc("Customer Complaint", self.name)

	def take(self, person: str, step, *arguments, **named):
		with self.as_user(person):
			step(self.name, *arguments, **named)
		return self.doc

	def move(self, person: str, status: str, **given):
		"""As REST would: load, change, save, with a version (which Frappe leaves out of tests by itself)."""
		with self.as_user(person):
			doc = self.doc
			doc.update({**given, "status": status})
			doc.save(ignore_version=False)
		return self.doc

	def classified(self):
		return self.move("clerk", "Classified")

	def assigned(self, department: str = "engineering", person: str = "service_manager", **given):
		self.classified()
		return self.assign(department, person, **given)

	def assign(self, department: str = "engineering", person: str = "service_manager", **given):
		given.setdefault("due_on", str(add_days(now_datetime(), 3)))
		return self.take(
			person, steps.assign, responsible_department=self.cast.departments[department], **given
		)

	def analysed(self, person: str = "department_head", **given):
		self.assigned(**given)
		return self.analyse(person)

	def analyse(self, person: str = "department_head"):
		return self.take(person, steps.analyse, cause_analysis="排班遗漏")

	def acted(self, person: str = "department_head", owner: str = "technician", **given):
		self.analysed(person, **given)
		return self.act(person, owner)

	def act(self, person: str = "department_head", owner: str = "technician"):
		return self.take(
			person,
			steps.act,
			corrective_action="调整排班并上门致歉",
			action_owner=self.cast.employee(owner),
			action_date=today(),
		)

	def ask(self, person: str = "clerk", score: int = 5, reached: bool = True, **given):
		with self.as_user(person):
			return follow_up.record("Customer Complaint", self.name, reached=reached, score=score, **given)

	def verified(self, score: int = 5, **given):
		self.acted(**given)
		self.ask(score=score)
		return self.move("clerk", "Verified")

	def closed(self, **given):
		self.verified(**given)
		return self.take("clerk", steps.close)

	def step_rows(self) -> list[tuple]:
		return [
			(row.action, row.from_state, row.to_state, row.actor, row.actor_role)
			for row in self.doc.approval_steps
		]


def name_service_department(cast) -> None:
	"""客服部 is the department of the front desk (setting of the company)."""
	settings = frappe.get_doc("Property Service Settings")
	row = next(row for row in settings.companies if row.company == cast.company)
	row.service_department = cast.departments["service"]
	settings.save()


def notified(user: str, complaint: str) -> list[str]:
	return frappe.get_all(
		"Notification Log",
		filters={"for_user": user, "document_name": complaint},
		pluck="subject",
		order_by="creation, name",
	)
