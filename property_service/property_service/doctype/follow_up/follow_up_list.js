frappe.listview_settings["Follow Up"] = {
	add_fields: ["status", "due_on", "score"],
	hide_name_column: false,
	has_indicator_for_draft: true,

	get_indicator(doc) {
		if (doc.status === "Open" && doc.due_on && doc.due_on < frappe.datetime.get_today()) {
			return [__("Overdue"), "red", `status,=,Open|due_on,<,${frappe.datetime.get_today()}`];
		}
		const colour = { Open: "orange", Reached: "green", "Not Reached": "gray" }[doc.status] || "darkgrey";
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},

	onload(listview) {
		const filters = {
			[__("Mine")]: [
				["assigned_to", "=", frappe.session.user],
				["status", "=", "Open"],
			],
			[__("Overdue")]: [
				["status", "=", "Open"],
				["due_on", "<", frappe.datetime.get_today()],
			],
			[__("Dissatisfied")]: [["score", "between", [1, 2]]],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() => listview.filter_area.add(conditions.map((c) => ["Follow Up", ...c]))),
				__("Show")
			);
		}
	},
};
