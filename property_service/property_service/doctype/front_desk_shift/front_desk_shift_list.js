frappe.listview_settings["Front Desk Shift"] = {
	add_fields: ["status", "planned_end"],
	get_indicator(doc) {
		const left_open = doc.status === "Open" && doc.planned_end < frappe.datetime.now_datetime();
		if (left_open) return [__("Left Open"), "red", "status,=,Open"];
		return [__(doc.status), doc.status === "Open" ? "green" : "gray", `status,=,${doc.status}`];
	},
	formatters: {
		clerk: (user) => (user ? frappe.user.full_name(user) : ""),
	},
};
