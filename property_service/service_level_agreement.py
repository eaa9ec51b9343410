"""ERPNext's Service Level Agreement on DocTypes that ship its fields themselves (SVC-03).

Before an agreement is inserted, ERPNext adds its fields to the DocType, and resets those that are there already. It
looks them up by fieldname alone: for a field that we ship it finds no Custom Field and fails, or finds that of another
DocType and rewrites it. Our DocTypes have every field, so for them the step is left out.

At every save of a document that an agreement times, ERPNext also reads the whole agreement from its five tables. For our
documents it gets the cached one: an agreement changes once a year.
"""

import contextlib
from collections.abc import Iterator

import frappe
from erpnext.support.doctype.service_level_agreement.service_level_agreement import (
	ServiceLevelAgreement,
	get_service_level_agreement_fields,
)
from frappe.model.document import Document


class PropertyServiceLevelAgreement(ServiceLevelAgreement):
	def before_insert(self) -> None:
		if not ships_all_fields(self.document_type):
			super().before_insert()

	def load_from_db(self) -> "PropertyServiceLevelAgreement":
		if frappe.flags.agreements_from_cache and not self.flags.for_update:
			with _agreements_from_cache(False):  # what is not cached yet is read in full
				self.__dict__.update(frappe.get_cached_doc(self.doctype, self.name).__dict__)
			return self
		return super().load_from_db()

	def get_service_level_agreement_priority(self, priority: str) -> frappe._dict:
		"""ERPNext reads the row once more; here it is taken from the agreement at hand."""
		row = next((row for row in self.priorities if row.priority == priority), None)
		if not row:
			return super().get_service_level_agreement_priority(priority)
		return frappe._dict(
			{name: row.get(name) for name in ("priority", "response_time", "resolution_time")}
		)


class TimedByAgreement(Document):
	"""Mixin of documents that a Service Level Agreement times; comes before the other base classes."""

	def run_method(self, method: str, *args, **kwargs):
		"""ERPNext's clock is a `validate` hook."""
		if method != "validate":
			return super().run_method(method, *args, **kwargs)
		with _agreements_from_cache(True):
			return super().run_method(method, *args, **kwargs)


@contextlib.contextmanager
def _agreements_from_cache(on: bool) -> Iterator[None]:
	before, frappe.flags.agreements_from_cache = frappe.flags.agreements_from_cache, on
	try:
		yield
	finally:
		frappe.flags.agreements_from_cache = before


def ships_all_fields(doctype: str) -> bool:
	"""Whether the DocType itself, not a custom field, holds every field an agreement needs."""
	shipped = {
		field.fieldname for field in frappe.get_meta(doctype).fields if not field.get("is_custom_field")
	}
	return {field["fieldname"] for field in get_service_level_agreement_fields()} <= shipped
