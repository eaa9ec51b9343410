// Whose step it is, by colour (WH-25).
frappe.listview_settings["Scrap Request"] = {
	add_fields: ["status", "source"],
	hide_name_column: false,
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"Pending Department Head": "orange",
			"Pending Finance": "orange",
			"Pending GM": "orange",
			Approved: "blue",
			Posted: "green",
			Returned: "yellow",
			Rejected: "red",
			Cancelled: "gray",
		};
		return [
			__(doc.status, null, "Scrap Request"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};
