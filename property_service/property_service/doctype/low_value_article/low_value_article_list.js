frappe.listview_settings["Low Value Article"] = {
	add_fields: ["status"],
	hide_name_column: false,
	get_indicator(doc) {
		const colors = {
			"In Use": "green",
			Idle: "blue",
			"Under Repair": "orange",
			Lost: "red",
			Scrapped: "gray",
			Returned: "gray",
			Cancelled: "gray",
		};
		return [__(doc.status, null, "Low Value Article"), colors[doc.status], `status,=,${doc.status}`];
	},
};
