frappe.listview_settings["Amortisation Run"] = {
	add_fields: ["status"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colors = {
			Draft: "gray",
			Posting: "orange",
			Posted: "green",
			Failed: "red",
			Cancelled: "gray",
		};
		return [__(doc.status, null, "Amortisation Run"), colors[doc.status], `status,=,${doc.status}`];
	},
};
