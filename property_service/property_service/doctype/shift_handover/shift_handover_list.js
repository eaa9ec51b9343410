frappe.listview_settings["Shift Handover"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			Open: "orange",
			"Awaiting Incoming Clerk": "blue",
			Completed: "green",
			Cancelled: "gray",
		};
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	formatters: {
		outgoing_clerk: (user) => (user ? frappe.user.full_name(user) : ""),
		incoming_clerk: (user) => (user ? frappe.user.full_name(user) : ""),
	},
};
