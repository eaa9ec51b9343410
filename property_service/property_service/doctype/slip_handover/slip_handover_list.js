frappe.listview_settings["Slip Handover"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Draft: "orange", "Handed Over": "blue", Checked: "green", Cancelled: "gray" };
		return [__(doc.status, null, "Slip Handover"), colours[doc.status], `status,=,${doc.status}`];
	},
};
