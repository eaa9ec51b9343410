frappe.listview_settings["Residence Application"] = {
	add_fields: ["status", "from_date", "to_date"],
	hide_name_column: false,
	get_indicator(doc) {
		const colours = {
			Applied: "orange",
			"Employer Confirmed": "yellow",
			"Room Assigned": "blue",
			"Moved In": "green",
			"Moved Out": "gray",
			Rejected: "red",
			Withdrawn: "gray",
		};
		const late = doc.status === "Moved In" && doc.to_date && doc.to_date < frappe.datetime.get_today();
		if (late) return [__("Stay Is Over"), "red", `status,=,Moved In|to_date,<,Today`];
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		const today = frappe.datetime.get_today();
		const filters = {
			[__("To Confirm")]: [["status", "=", "Applied"]],
			[__("To Give a Room")]: [["status", "=", "Employer Confirmed"]],
			[__("Moving In")]: [
				["status", "=", "Room Assigned"],
				["from_date", "<=", today],
			],
			[__("Leaving within a Week")]: [
				["status", "=", "Moved In"],
				["to_date", "is", "set"], // Frappe counts an empty date as long ago
				["to_date", "<=", frappe.datetime.add_days(today, 7)],
			],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() =>
							listview.filter_area.add(conditions.map((c) => ["Residence Application", ...c]))
						),
				__("Show")
			);
		}
	},
};
