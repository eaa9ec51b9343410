frappe.listview_settings["Tool Request"] = {
	add_fields: ["status", "kind"],
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"Pending Signature": "orange",
			Approved: "blue",
			"Handed Out": "green",
			"Taken Back": "orange",
			Confirmed: "green",
			Rejected: "red",
			Cancelled: "gray",
		};
		return [__(doc.status, null, "Tool Request"), colours[doc.status], `status,=,${doc.status}`];
	},
};
