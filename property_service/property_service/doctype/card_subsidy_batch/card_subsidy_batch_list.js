frappe.listview_settings["Card Subsidy Batch"] = {
	add_fields: ["status", "refused_count"],
	has_indicator_for_draft: 1,
	get_indicator(doc) {
		const color = { Draft: "gray", Crediting: "blue", Credited: doc.refused_count ? "orange" : "green" };
		return [__(doc.status, null, "Card Subsidy Batch"), color[doc.status], `status,=,${doc.status}`];
	},
};
