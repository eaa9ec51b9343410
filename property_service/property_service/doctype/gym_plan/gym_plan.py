"""Gym Plan: what a gym card costs and what it gives (DESK-07)."""

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.refusals import stop
from property_service.rules import gym as rules
from property_service.sent_values import CheckedValues


class GymPlan(CheckedValues, Document):
	def autoname(self) -> None:
		"""Two companies may both sell a "月卡"."""
		abbr = frappe.get_cached_value("Company", self.company, "abbr") if self.company else ""
		self.name = f"{(self.plan_name or '').strip()} - {abbr}"

	def validate(self) -> None:
		if self.plan_kind != rules.BY_VISITS:
			self.visits = 0
		stop(rules.refuse_plan(self.plan_kind, cint(self.days), cint(self.visits)))
