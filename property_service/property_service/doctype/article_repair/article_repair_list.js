frappe.listview_settings["Article Repair"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"Under Repair": "orange",
			"Cause Decided": "blue",
			Repaired: "green",
			Cancelled: "gray",
		};
		return [__(doc.status, null, "Article Repair"), colours[doc.status], `status,=,${doc.status}`];
	},
};
