frappe.listview_settings["Monthly Revenue Statement"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		return [__(doc.status), doc.status === "Sent" ? "green" : "orange", `status,=,${doc.status}`];
	},
	formatters: {
		month: (day) => (day ? day.slice(0, 7) : ""),
	},
};
