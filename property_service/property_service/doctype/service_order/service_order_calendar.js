frappe.views.calendar["Service Order"] = {
	field_map: { start: "planned_for", end: "planned_for", id: "name", title: "matter", allDay: "all_day" },
	order_by: "planned_for",
	get_events_method: "property_service.property_service.doctype.service_order.assignment.planned_orders",
	get_css_class: (event) =>
		({
			Archived: "success",
			Finished: "success",
			"In Progress": "warning",
			"Returned to Desk": "danger",
		})[event.status] || "default",
};
