frappe.ui.form.on("Property Unit", {
	setup(frm) {
		frm.set_query("parent_property_unit", () => ({
			filters: { is_group: 1, ...(frm.doc.company ? { company: frm.doc.company } : {}) },
		}));
		frm.set_query("owner_category", () => ({
			query: "property_service.property_service.doctype.property_unit.property_unit.owner_categories",
		}));
	},

	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		const colour = frm.doc.occupancy === "Occupied" ? "green" : "gray";
		frm.page.set_indicator(__(frm.doc.occupancy), frm.doc.disabled ? "red" : colour);
		if (frm.doc.is_group) {
			frm.add_custom_button(__("Add Unit Below"), () =>
				frappe.new_doc("Property Unit", {
					parent_property_unit: frm.doc.name,
					company: frm.doc.company,
				})
			);
		}
	},

	unit_type(frm) {
		if (["Project", "Phase", "Building", "Entrance"].includes(frm.doc.unit_type)) {
			frm.set_value("is_group", 1);
		}
	},
});
