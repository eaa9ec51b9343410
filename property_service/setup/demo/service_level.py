"""The deadlines that ERPNext's agreements give the demo's tickets and complaints, computed by ERPNext itself."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

import frappe
from erpnext.support.doctype.issue.issue import calculate_first_response_time
from erpnext.support.doctype.service_level_agreement.service_level_agreement import (
	get_active_service_level_agreement_for,
	get_expected_time_for,
)
from frappe.utils import get_datetime


class AgreementClock:
	"""One agreement for one priority; see the protocol `fold.Clock`."""

	def __init__(self, agreement: str, priority: str):
		self.agreement = agreement
		self.priority = priority

	@cached_property
	def terms(self) -> frappe._dict:
		agreement = frappe.get_cached_doc("Service Level Agreement", self.agreement)
		row = next(row for row in agreement.priorities if row.priority == self.priority)
		return frappe._dict(
			response_time=row.response_time,
			resolution_time=row.resolution_time,
			support_and_resolution=agreement.support_and_resolution,
			holiday_list=agreement.holiday_list,
		)

	def due(self, parameter: str, reported_on: datetime) -> datetime:
		"""`parameter`: "response" or "resolution"."""
		return get_datetime(get_expected_time_for(parameter, self.terms, reported_on))

	def response_seconds(self, reported_on: datetime, responded_on: datetime) -> float:
		ticket = frappe._dict(
			service_level_agreement=self.agreement, service_level_agreement_creation=reported_on
		)
		return calculate_first_response_time(ticket, responded_on)


def clocks(doctype: str, company: str, priorities: Iterable[str]) -> dict[str, AgreementClock | None]:
	"""The clock per priority; None where the site applies no agreement to the DocType."""
	found = {}
	for priority in priorities:
		agreement = get_active_service_level_agreement_for(
			frappe.new_doc(doctype, company=company, priority=priority)
		)
		found[priority] = AgreementClock(agreement.name, priority) if agreement else None
	return found
