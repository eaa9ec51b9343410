frappe.ui.form.on("Stores Month End", {
	refresh(frm) {
		frm.disable_form();
		if (frm.is_new()) {
			frm.set_intro("");
			frm.set_intro(__("The movement statement is drawn up in the workspace Stores."), "blue");
			return;
		}
		frm.add_custom_button(__("Stock Movement Statement"), () => {
			const month = frm.doc.month.slice(0, 7);
			frappe.set_route("query-report", "Stock Movement Statement", {
				company: frm.doc.company,
				store: frm.doc.store,
				from_month: month,
				to_month: month,
			});
		});
		if (frm.doc.statement_by) {
			frm.get_field("statement_by").set_description(frappe.user.full_name(frm.doc.statement_by));
		}
	},
});
