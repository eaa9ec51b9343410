frappe.views.calendar["Repair Ticket"] = {
	field_map: { start: "expected_on", end: "expected_on", id: "name", title: "title", allDay: "all_day" },
	order_by: "expected_on",
	get_events_method: "property_service.property_service.doctype.repair_ticket.steps.expected_tickets",
	get_css_class: (event) =>
		({
			Completed: "success",
			Closed: "success",
			"In Progress": "warning",
			Reopened: "danger",
			Reported: "danger",
		})[event.status] || "default",
};
