frappe.listview_settings["Resident Notice"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colors = {
			Draft: "gray",
			Scheduled: "blue",
			Publishing: "orange",
			Published: "green",
			Withdrawn: "red",
		};
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
