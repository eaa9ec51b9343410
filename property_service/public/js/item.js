// From an item to the manuals, guides and warranty cards that came with it (WH-11).

frappe.ui.form.on("Item", {
	refresh(frm) {
		if (frm.is_new() || !frm.doc.is_stock_item || !frappe.model.can_get_report("Purchase Receipt"))
			return;
		frm.add_custom_button(__("Documents of Goods"), () =>
			frappe.set_route("query-report", "Documents of Goods", { item_code: frm.doc.name })
		);
	},
});
