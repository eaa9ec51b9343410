frappe.listview_settings["Key Loan"] = {
	add_fields: ["status", "due_on", "loan_kind"],
	hide_name_column: false,
	get_indicator(doc) {
		if (doc.status === "Lent" && doc.due_on && doc.due_on < frappe.datetime.now_datetime()) {
			return [__("Overdue"), "red", `status,=,Lent|due_on,<,${frappe.datetime.now_datetime()}`];
		}
		const colours = { Lent: "blue", "Brought Back": "green", Lost: "red", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		listview.page.add_inner_button(__("Key Counter"), () => frappe.set_route("key-counter"));
		const filters = {
			[__("Overdue")]: [
				["status", "=", "Lent"],
				["due_on", "is", "set"], // Frappe counts an empty time as long ago
				["due_on", "<", frappe.datetime.now_datetime()],
			],
			[__("Keys Out")]: [["status", "=", "Lent"]],
			[__("Residence Keys")]: [
				["status", "=", "Lent"],
				["loan_kind", "=", "Residence"],
			],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() => listview.filter_area.add(conditions.map((c) => ["Key Loan", ...c]))),
				__("Show")
			);
		}
	},
};
