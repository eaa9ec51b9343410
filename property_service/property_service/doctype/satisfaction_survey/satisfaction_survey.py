import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count, Sum
from frappe.utils import getdate

from property_service.guards import require_procedure
from property_service.refusals import stop
from property_service.rules import survey as rules
from property_service.rules.rates import percent
from property_service.sent_values import CheckedValues

DEFAULT_ASPECTS = (
	("Reception", "Are you satisfied with the reception at the service desk?"),
	("Telephone Repair Reports", "Are you satisfied with how repair reports are taken by telephone?"),
	("Follow-Up Calls", "Are you satisfied with the follow-up after a repair?"),
)


class SatisfactionSurvey(CheckedValues, Document):
	"""A survey among households with one question per aspect (入户服务意见调查, SVC-19)."""

	def onload(self):
		self.set_onload("rates", rates([self.name]))

	def validate(self):
		self.check_company()
		self.check_dates_and_aspects()
		self.refuse_change_of_answered_aspects()

	def on_trash(self):
		self.refuse_deletion_with_responses()

	def check_company(self):
		require_procedure("service", self.company)

	def check_dates_and_aspects(self):
		for row in self.aspects:
			row.aspect = (row.aspect or "").strip()
		last = getdate(self.to_date) if self.to_date else None
		stop(rules.refuse_survey(getdate(self.from_date), last, [row.aspect for row in self.aspects]))

	def refuse_change_of_answered_aspects(self):
		"""Answers are counted by the aspect's name: a renamed aspect would lose them."""
		stored = self.get_doc_before_save()
		if not stored:
			return
		before, after = ({row.aspect for row in doc.aspects} for doc in (stored, self))
		if before - after:
			answered = {row.aspect for row in rates([self.name]) if row.answered}
			stop(rules.refuse_renaming(before, after, answered))

	def refuse_deletion_with_responses(self):
		has_responses = frappe.db.exists("Satisfaction Response", {"survey": self.name})
		stop(rules.refuse_deletion(bool(has_responses)))


def rates(surveys: list[str]) -> list[frappe._dict]:
	"""Satisfied ÷ answered per survey and aspect in whole percent, one query; an aspect nobody answered has no rate."""
	aspect = frappe.qb.DocType("Satisfaction Survey Aspect")
	response = frappe.qb.DocType("Satisfaction Response")
	answer = frappe.qb.DocType("Satisfaction Response Answer")
	satisfied = frappe.qb.terms.Case().when(answer.answer == "Satisfied", 1).else_(0)
	rows = (
		frappe.qb.from_(aspect)
		.left_join(response)
		.on(response.survey == aspect.parent)
		.left_join(answer)
		.on(
			(answer.parent == response.name)
			& (answer.aspect == aspect.aspect)
			& answer.answer.isin(["Satisfied", "Not Satisfied"])
		)
		.select(
			aspect.parent.as_("survey"),
			aspect.aspect,
			Count(answer.name).as_("answered"),
			Sum(satisfied).as_("satisfied"),
		)
		.where(aspect.parent.isin(surveys or [""]))
		.groupby(aspect.parent, aspect.idx, aspect.aspect)
		.orderby(aspect.parent, aspect.idx)
		.run(as_dict=True)
	)
	for row in rows:
		row.satisfied = int(row.satisfied or 0)
		row.rate = percent(row.satisfied, row.answered)
	return rows


@frappe.whitelist(methods=["GET", "POST"])
def default_aspects() -> list[dict[str, str]]:
	"""The aspects of the source, in the reader's language, for a new survey."""
	return [{"aspect": _(aspect), "question": _(question)} for aspect, question in DEFAULT_ASPECTS]
