frappe.listview_settings["Front Desk Receipt"] = {
	add_fields: ["direction", "docstatus", "closing"],
	has_indicator_for_draft: 1,
	get_indicator(doc) {
		if (doc.docstatus === 2) return [__("Cancelled"), "red", "docstatus,=,2"];
		if (doc.docstatus === 0) return [__("Draft"), "gray", "docstatus,=,0"];
		if (doc.direction === "Out") return [__("Paid Out"), "orange", "direction,=,Out"];
		return [__("Received"), "green", "direction,=,In"];
	},
	onload(listview) {
		if (!frappe.perm.has_perm("Front Desk Receipt", 0, "submit")) return;
		listview.page.add_inner_button(__("Pay Out"), () =>
			property_service.till.take_money({ direction: "Out" }, () => listview.refresh())
		);
	},
	primary_action() {
		property_service.till.take_money({}, () => window.cur_list && cur_list.refresh());
	},
	formatters: {
		direction: (way) => __(way, null, "Front Desk Receipt"),
	},
};
