frappe.views.calendar["Procedure Occurrence"] = {
	field_map: {
		start: "due_on",
		end: "due_on",
		id: "name",
		title: "title",
		allDay: "allDay",
		status: "status",
	},
	get_css_class(data) {
		return { Done: "success", "To Do": "warning" }[data.status] || "default";
	},
	get_events_method: "frappe.desk.calendar.get_events",
};
