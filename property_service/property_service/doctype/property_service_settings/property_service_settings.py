from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, get_time, getdate

from property_service.guards import refuse
from property_service.property_service.doctype.property_service_settings import till_accounts
from property_service.refusals import stop
from property_service.rules import acceptance
from property_service.sent_values import CheckedValues


class PropertyServiceSettings(CheckedValues, Document):
	"""Every number of the procedures, and which company uses which procedure (ORG-06)."""

	if TYPE_CHECKING:
		from frappe.types import DF

		chase_after_working_days: DF.Int
		deferral_alarm_hours: DF.Float
		desk_closes_at: DF.Time | None
		desk_opens_at: DF.Time | None
		duplicate_window_seconds: DF.Int
		emergency_resolution_hours: DF.Float
		emergency_response_minutes: DF.Int
		follow_up_attempt_days: DF.Int
		follow_up_attempts: DF.Int
		follow_up_due_days: DF.Int
		labour_rate: DF.Currency
		reopen_at_score: DF.Int
		resolution_days: DF.Int
		response_hours: DF.Float
		retention_months: DF.Int
		urgent_follow_up_due_days: DF.Int

	def before_validate(self):
		till_accounts.restore_without_right(self)

	def validate(self):
		till_accounts.check(self)
		self.check_companies_once()
		self.check_deputies()
		self.check_desk_hours()
		self.check_policies()
		self.check_owner_categories_once()
		self.check_applicant_kinds_once()
		stop(acceptance.refuse_percent(cint(self.sample_percent)))

	def check_companies_once(self):
		_refuse_repeated([row.company for row in self.companies], _("Companies"))

	def check_owner_categories_once(self):
		_refuse_repeated([row.category_name for row in self.owner_categories], _("Owner Categories"))

	def check_applicant_kinds_once(self):
		kinds = [row.applicant_kind for row in self.vehicle_pass_requirements]
		_refuse_repeated(kinds, _("Papers per Kind of Applicant"))

	def check_deputies(self):
		for row in self.deputies:
			if getdate(row.until) < getdate(row.from_date):
				refuse(_("Deputies, row {0}: the last day is before the first (ORG-01).").format(row.idx))
			if row.role not in frappe.get_roles(row.user):
				refuse(
					_(
						"Deputies, row {0}: {1} does not hold the role {2} (ORG-01). Give the role first; a deputy signs only between the two dates all the same."
					).format(row.idx, frappe.bold(row.user), frappe.bold(_(row.role)))
				)

	def check_desk_hours(self):
		if (
			self.desk_opens_at
			and self.desk_closes_at
			and get_time(self.desk_opens_at) >= get_time(self.desk_closes_at)
		):
			refuse(_("The desk must open before it closes (SVC-03)."))

	def check_policies(self):
		for row in self.follow_up_policies:
			if not 0 <= flt(row.share_percent) <= 100:
				refuse(
					_("Who Is Called Back, row {0}: a share lies between 0 and 100 % (SVC-06).").format(
						row.idx
					)
				)


def _refuse_repeated(values: list[str], where: str) -> None:
	repeated = {value for value in values if values.count(value) > 1}
	if repeated:
		refuse(
			_("{0}: {1} stands there more than once.").format(where, frappe.bold(", ".join(sorted(repeated))))
		)
