import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count, Sum
from frappe.utils import getdate

from property_service.guards import refuse, require_procedure
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
		self.check_dates()
		self.check_aspects_once()
		self.refuse_change_of_answered_aspects()

	def on_trash(self):
		self.refuse_deletion_with_responses()

	def check_company(self):
		require_procedure("service", self.company)

	def check_dates(self):
		if self.to_date and getdate(self.to_date) < getdate(self.from_date):
			refuse(_("The survey ends before it begins (SVC-19). Choose a later last day."))

	def check_aspects_once(self):
		seen = set()
		for row in self.aspects:
			row.aspect = (row.aspect or "").strip()
			if row.aspect in seen:
				refuse(
					_(
						"The aspect {0} stands twice (SVC-19); its rate would be counted in two places. Remove one row."
					).format(frappe.bold(row.aspect))
				)
			seen.add(row.aspect)

	def refuse_change_of_answered_aspects(self):
		"""Answers are counted by the aspect's name: a renamed aspect would lose them."""
		stored = self.get_doc_before_save()
		if not stored:
			return
		removed = {row.aspect for row in stored.aspects} - {row.aspect for row in self.aspects}
		answered = removed & {row.aspect for row in rates([self.name]) if row.answered}
		if answered:
			refuse(
				_(
					"{0} has been answered already and keeps its name (SVC-19). Add a new aspect instead."
				).format(frappe.bold(", ".join(sorted(answered))))
			)

	def refuse_deletion_with_responses(self):
		if frappe.db.exists("Satisfaction Response", {"survey": self.name}):
			refuse(_("A survey with responses is kept (SVC-19). Close it instead of deleting it."))


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
