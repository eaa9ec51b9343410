frappe.listview_settings["Resident"] = {
	add_fields: ["status", "tier"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Registered: "blue", "Living In": "green", "Moved Out": "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
