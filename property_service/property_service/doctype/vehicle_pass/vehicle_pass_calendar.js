frappe.views.calendar["Vehicle Pass"] = {
	field_map: { start: "valid_until", end: "valid_until", id: "name", title: "plate", allDay: "all_day" },
	order_by: "valid_until",
	get_events_method: "property_service.property_service.doctype.vehicle_pass.counter.ending_in",
};
