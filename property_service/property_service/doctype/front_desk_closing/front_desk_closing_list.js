frappe.listview_settings["Front Desk Closing"] = {
	add_fields: ["status"],
	has_indicator_for_draft: 1,
	get_indicator(doc) {
		const colours = {
			Counting: "gray",
			"Awaiting Cashier": "orange",
			"Returned to Clerk": "red",
			Accepted: "green",
		};
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	formatters: {
		clerk: (user) => (user ? frappe.user.full_name(user) : ""),
	},
};
