frappe.listview_settings["Daily Issue Summary"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		return [__(doc.status), doc.status === "Closed" ? "green" : "orange", `status,=,${doc.status}`];
	},
	onload(listview) {
		if (!frappe.perm.has_perm("Daily Issue Summary", 0, "write")) return;
		listview.page.add_inner_button(__("Draft Now"), async () => {
			const name = await frappe.xcall(
				"property_service.property_service.doctype.daily_issue_summary.daily_issue_summary.draft_now",
				{ company: frappe.defaults.get_user_default("Company") }
			);
			frappe.set_route("Form", "Daily Issue Summary", name);
		});
	},
};
