// How the safety checks of a store or zone stand, on its form (WH-15).

(() => {
	const COLOURS = { Passed: "green", Overdue: "orange", "Never Checked": "orange", Failed: "red" };

	frappe.ui.form.on("Warehouse", {
		refresh(frm) {
			const checks = (frm.doc.__onload && frm.doc.__onload.warehouse_checks) || {};
			for (const [storage_class, state] of Object.entries(checks)) {
				const name = __(storage_class, null, "Warehouse Storage Class");
				const label = __("{0}: {1}", [name, __(state, null, "Warehouse Check")]);
				frm.dashboard.add_indicator(label, COLOURS[state]);
			}
			if (!Object.keys(checks).length || !frappe.model.can_create("Warehouse Check")) return;
			frm.add_custom_button(__("Check the Warehouse"), () =>
				frappe.new_doc("Warehouse Check", { warehouse: frm.doc.name })
			);
		},
	});
})();
