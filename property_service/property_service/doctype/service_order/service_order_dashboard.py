from frappe import _


def get_data():
	return {
		"fieldname": "reference_name",
		"internal_links": {"Repair Ticket": "repair_ticket", "Property Unit": "property_unit"},
		"non_standard_fieldnames": {"Sales Invoice": "service_order"},
		"transactions": [
			{"label": _("Where It Comes From"), "items": ["Repair Ticket", "Property Unit"]},
			{"label": _("Customer"), "items": ["Follow Up", "Sales Invoice"]},
		],
	}
