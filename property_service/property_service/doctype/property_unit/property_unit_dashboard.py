from frappe import _

from property_service.owner_file import existing


def get_data(data=None):
	"""The unit's file (ORG-05); later registers join by `override_doctype_dashboards`."""
	return {
		"fieldname": "property_unit",
		"non_standard_fieldnames": {"Property Unit": "parent_property_unit"},
		"transactions": existing(
			[
				{"label": _("People and Places"), "items": ["Resident", "Property Unit"]},
				{
					"label": _("Service"),
					"items": [
						*("Reception Record", "Repair Ticket", "Service Order", "Customer Complaint"),
						*("Defect Notice", "Follow Up"),
					],
				},
				{
					"label": _("Front Desk"),
					"items": [
						*("Residence Application", "Property Key", "Key Loan", "Vehicle Pass"),
						*("Drinking Water Order", "Water Account", "Goods Release Pass"),
					],
				},
				{"label": _("Notices"), "items": ["Notice Delivery", "Satisfaction Response"]},
			]
		),
	}
