frappe.ui.form.on("Stock Limit Override", {
	setup(frm) {
		frm.set_query("store", () => ({ query: "property_service.stock.stores.store_query" }));
		frm.set_query("item_code", () => ({ filters: { is_stock_item: 1, disabled: 0 } }));
	},
});
