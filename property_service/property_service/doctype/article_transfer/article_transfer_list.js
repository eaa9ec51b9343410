frappe.listview_settings["Article Transfer"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Draft: "gray", Given: "orange", "Handed Over": "green", Cancelled: "gray" };
		return [__(doc.status, null, "Article Transfer"), colours[doc.status], `status,=,${doc.status}`];
	},
};
