frappe.listview_settings["Goods Release Pass"] = {
	hide_name_column: false,
	onload(listview) {
		listview.page.add_inner_button(__("Gate Check"), () => frappe.set_route("gate-check"));
		const filters = {
			[__("To Approve")]: [["status", "=", "Awaiting Approval"]],
			[__("Leaving Today")]: [
				["status", "=", "Approved"],
				["valid_on", "<=", frappe.datetime.get_today()],
			],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() =>
							listview.filter_area.add(conditions.map((c) => ["Goods Release Pass", ...c]))
						),
				__("Show")
			);
		}
	},
};
