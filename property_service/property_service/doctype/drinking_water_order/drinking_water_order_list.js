frappe.listview_settings["Drinking Water Order"] = {
	add_fields: ["status", "order_status", "wanted_on"],
	hide_name_column: false,
	get_indicator(doc) {
		if (doc.status === "Ordered" && ["Finished", "Archived"].includes(doc.order_status)) {
			return [__("To Record"), "purple", "status,=,Ordered|order_status,in,Finished,Archived"];
		}
		const colours = { Ordered: "orange", Delivered: "green", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		const filters = {
			[__("To Bring")]: [["status", "=", "Ordered"]],
			[__("To Record")]: [
				["status", "=", "Ordered"],
				["order_status", "in", ["Finished", "Archived"]],
			],
			[__("Monthly Account")]: [["payment_method", "=", "Monthly Account"]],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() =>
							listview.filter_area.add(conditions.map((c) => ["Drinking Water Order", ...c]))
						),
				__("Show")
			);
		}
	},
};
