// Whoever leaves or moves hands over tools and articles first (WH-24, LV-08).
frappe.ui.form.on("Employee", {
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_create("Article Transfer")) return;
		frm.add_custom_button(__("Hand Over Tools and Articles"), () =>
			frappe.prompt(
				{
					fieldname: "to_employee",
					fieldtype: "Link",
					options: "Employee",
					label: __("To Employee", null, "Article Transfer"),
					reqd: 1,
					get_query: () => ({ filters: { company: frm.doc.company, status: "Active" } }),
				},
				({ to_employee }) =>
					frappe
						.xcall(
							"property_service.property_service.doctype.article_transfer.article_transfer.draft_of",
							{ from_employee: frm.doc.name, to_employee }
						)
						.then((name) => frappe.set_route("Form", "Article Transfer", name))
						.catch(() => {}), // the refusal is on the screen
				__("Hand Over Tools and Articles")
			)
		);
	},
});
