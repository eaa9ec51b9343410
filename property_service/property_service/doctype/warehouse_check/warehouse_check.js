const show_points = async (frm) => {
	if (!frm.doc.storage_class) return;
	const points = await frappe.xcall(
		"property_service.property_service.doctype.warehouse_check.warehouse_check.points",
		{ storage_class: frm.doc.storage_class }
	);
	frm.clear_table("points");
	for (const point of points) frm.add_child("points", { point });
	frm.refresh_field("points");
};

frappe.ui.form.on("Warehouse Check", {
	setup(frm) {
		frm.set_query("warehouse", () => ({ filters: { disabled: 0 } }));
	},
	refresh(frm) {
		frm.get_field("points").grid.cannot_delete_rows = true;
		if (frm.doc.docstatus !== 0) return;
		frm.add_custom_button(__("All in Order"), () => {
			for (const row of frm.doc.points || []) {
				if (!row.result) frappe.model.set_value(row.doctype, row.name, "result", "In Order");
			}
		});
	},
	storage_class: (frm) => show_points(frm),
});
