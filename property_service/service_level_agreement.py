"""ERPNext's Service Level Agreement on DocTypes that ship its fields themselves (SVC-03).

Before an agreement is inserted, ERPNext adds its fields to the DocType, and resets those that are there already. It
looks them up by fieldname alone: for a field that we ship it finds no Custom Field and fails, or finds that of another
DocType and rewrites it. Our DocTypes have every field, so for them the step is left out.
"""

import frappe
from erpnext.support.doctype.service_level_agreement.service_level_agreement import (
	ServiceLevelAgreement,
	get_service_level_agreement_fields,
)


class PropertyServiceLevelAgreement(ServiceLevelAgreement):
	def before_insert(self) -> None:
		if not ships_all_fields(self.document_type):
			super().before_insert()


def ships_all_fields(doctype: str) -> bool:
	"""Whether the DocType itself, not a custom field, holds every field an agreement needs."""
	shipped = {
		field.fieldname for field in frappe.get_meta(doctype).fields if not field.get("is_custom_field")
	}
	return {field["fieldname"] for field in get_service_level_agreement_fields()} <= shipped
