frappe.ui.form.on("Article Opening", {
	setup(frm) {
		const of_company = () => ({ filters: { company: frm.doc.company } });
		const leaf_of_company = () => ({ filters: { company: frm.doc.company, is_group: 0 } });
		frm.set_query("item", "items", () => ({ filters: { low_value_class: ["is", "set"] } }));
		frm.set_query("department", "items", leaf_of_company);
		frm.set_query("keeper", "items", of_company);
		frm.set_query("user_employee", "items", of_company);
		frm.set_query("cost_center", "items", leaf_of_company);
		frm.set_query("expense_account", "items", leaf_of_company);
	},

	refresh(frm) {
		if (frm.doc.docstatus !== 1) return;
		frm.add_custom_button(__("Articles"), () =>
			frappe.set_route("List", "Low Value Article", { article_opening: frm.doc.name })
		);
	},
});
