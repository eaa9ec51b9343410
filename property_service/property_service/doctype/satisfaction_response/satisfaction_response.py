import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form

from property_service.guards import refuse, restore_server_fields
from property_service.refusals import stop
from property_service.rules import survey as rules
from property_service.sent_values import CheckedValues

SERVER_FIELDS = ("visited_by",)


class SatisfactionResponse(CheckedValues, Document):
	"""What one household answered to one survey (SVC-19)."""

	def before_validate(self):
		restore_server_fields(self, SERVER_FIELDS)

	def before_insert(self):
		self.visited_by = None  # set below, never by a client

	def validate(self):
		self.record_who_asked()
		self.load_survey()
		self.require_open_survey()
		self.require_one_response_per_household()
		self.fill_aspects()
		self.check_answers()

	def record_who_asked(self):
		if self.is_new():
			self.visited_by = frappe.session.user

	def load_survey(self):
		self.survey_doc = frappe.get_cached_doc("Satisfaction Survey", self.survey)

	def require_open_survey(self):
		stop(rules.refuse_response(self.survey_doc.title, self.survey_doc.status))

	def require_one_response_per_household(self):
		"""The message; the unique key of the table is the guard."""
		other = frappe.db.get_value(
			self.doctype,
			{"survey": self.survey, "property_unit": self.property_unit, "name": ("!=", self.name)},
		)
		if other:
			refuse(
				_(
					"{0} has answered this survey already: {1} (SVC-19, one response per household). Change that one."
				).format(frappe.bold(self.property_unit), get_link_to_form(self.doctype, other))
			)

	def fill_aspects(self):
		"""A response sent without rows, or with some, has a row for each aspect in the survey's order."""
		given = {row.aspect: row for row in self.answers}
		for aspect in self.survey_doc.aspects:
			if aspect.aspect not in given:
				self.append("answers", {"aspect": aspect.aspect})

	def check_answers(self):
		asked = [aspect.aspect for aspect in self.survey_doc.aspects]
		given = [rules.Answer(row.aspect, row.answer) for row in self.answers]
		stop(rules.refuse_answers(asked, given, self.suggestion))


def on_doctype_update():
	frappe.db.add_unique(
		"Satisfaction Response", ["survey", "property_unit"], constraint_name="one_per_household"
	)
