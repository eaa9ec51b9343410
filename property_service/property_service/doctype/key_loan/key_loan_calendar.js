frappe.views.calendar["Key Loan"] = {
	field_map: { start: "due_on", end: "due_on", id: "name", title: "title", allDay: "all_day" },
	order_by: "due_on",
	get_events_method: "property_service.property_service.doctype.key_loan.counter.due_in",
	get_css_class: (event) => (event.overdue ? "danger" : "default"),
};
