frappe.listview_settings["Service Card"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const color = { Active: "green", Lost: "red", Closed: "gray" }[doc.status];
		return [__(doc.status, null, "Service Card"), color, `status,=,${doc.status}`];
	},
	onload(listview) {
		if (!frappe.model.can_create("Card Transaction")) return;
		listview.page.add_inner_button(__("Cash Top-up", null, "Card Transaction"), () =>
			property_service.cards.move("Cash Top-up", {}, () => listview.refresh())
		);
		listview.page.add_inner_button(__("Report Loss", null, "Card Transaction"), () =>
			property_service.cards.move("Report Loss", {}, () => listview.refresh())
		);
	},
};
