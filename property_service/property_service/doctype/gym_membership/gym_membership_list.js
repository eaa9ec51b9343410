frappe.listview_settings["Gym Membership"] = {
	hide_name_column: false,
	onload(listview) {
		listview.page.add_inner_button(__("Gym Check-In"), () => frappe.set_route("gym-check-in"));
		const soon = frappe.datetime.add_days(frappe.datetime.get_today(), 7);
		const filters = {
			[__("Valid")]: [["status", "=", "Valid"]],
			[__("Ending Within 7 Days")]: [
				["status", "=", "Valid"],
				["end_on", "<=", soon],
			],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() =>
							listview.filter_area.add(conditions.map((c) => ["Gym Membership", ...c]))
						),
				__("Show")
			);
		}
	},
};
