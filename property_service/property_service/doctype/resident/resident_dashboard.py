from frappe import _

from property_service.owner_file import existing


def get_data(data=None):
	"""The owner file (业主档案, ORG-05); later registers join by `override_doctype_dashboards`."""
	return {
		"fieldname": "resident",
		"non_standard_fieldnames": {
			"Repair Ticket": "reported_by",
			# a confidential complaint names nobody in its own row, so it is not counted here either
			"Customer Complaint": "complainant",
			"Follow Up": "reference_name",
			"Sensitive Data Access": "reference_name",
		},
		"dynamic_links": {"reference_name": ["Resident", "reference_doctype"]},
		"transactions": existing(
			[
				{
					"label": _("Service"),
					"items": ["Reception Record", "Repair Ticket", "Customer Complaint", "Follow Up"],
				},
				{
					"label": _("Front Desk"),
					"items": [
						*(
							"Residence Application",
							"Key Loan",
							"Service Card",
							"Vehicle Pass",
							"Gym Membership",
						),
						*("Drinking Water Order", "Goods Release Pass", "Front Desk Receipt"),
					],
				},
				{"label": _("Notices"), "items": ["Notice Delivery"]},
				{"label": _("Personal Data"), "items": ["Sensitive Data Access"]},
			]
		),
	}
