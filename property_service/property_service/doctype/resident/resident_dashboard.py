from frappe import _

from property_service.owner_file import existing


def get_data(data=None):
	"""The owner file (业主档案, ORG-05); later registers join by `override_doctype_dashboards`."""
	return {
		"fieldname": "reported_by",
		"non_standard_fieldnames": {
			"Follow Up": "reference_name",
			"Sensitive Data Access": "reference_name",
		},
		"dynamic_links": {"reference_name": ["Resident", "reference_doctype"]},
		"transactions": existing(
			[
				{"label": _("Service"), "items": ["Repair Ticket", "Follow Up"]},
				{"label": _("Personal Data"), "items": ["Sensitive Data Access"]},
			]
		),
	}
