frappe.listview_settings["Document Handover"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Draft: "orange", "Handed Over": "blue", Received: "green", Cancelled: "gray" };
		return [__(doc.status, null, "Document Handover"), colours[doc.status], `status,=,${doc.status}`];
	},
	formatters: {
		handed_over_by: (user) => (user ? frappe.user.full_name(user) : ""),
		received_by: (user) => (user ? frappe.user.full_name(user) : ""),
	},
};
