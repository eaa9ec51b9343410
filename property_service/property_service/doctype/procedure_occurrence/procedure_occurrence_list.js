frappe.listview_settings["Procedure Occurrence"] = {
	add_fields: ["due_on", "status"],
	get_indicator(doc) {
		if (doc.status === "To Do" && doc.due_on < frappe.datetime.get_today()) {
			return [__("Overdue"), "red", `status,=,To Do|due_on,<,${frappe.datetime.get_today()}`];
		}
		const color = { "To Do": "orange", Done: "green" }[doc.status] || "gray";
		return [__(doc.status), color, `status,=,${doc.status}`];
	},
};
