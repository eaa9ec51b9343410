frappe.listview_settings["Article Count"] = {
	add_fields: ["status", "undecided_lines"],
	get_indicator(doc) {
		const colours = {
			Counting: "orange",
			Counted: "blue",
			"Signed by Keeper": "blue",
			Approved: doc.undecided_lines ? "orange" : "green",
			Cancelled: "gray",
		};
		return [__(doc.status, null, "Article Count"), colours[doc.status], `status,=,${doc.status}`];
	},
};
