frappe.listview_settings["Follow Up Plan"] = {
	add_fields: ["status"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colour = { Draft: "orange", Drawing: "yellow", Drawn: "blue", Completed: "green" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
