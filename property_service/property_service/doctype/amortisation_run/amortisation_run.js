frappe.ui.form.on("Amortisation Run", {
	refresh(frm) {
		if (frm.is_new() && !frm.doc.month) {
			frm.set_value("month", frappe.datetime.month_start());
		}
		if (frm.doc.docstatus === 1 && frm.doc.status === "Failed") {
			frm.add_custom_button(__("Post Again"), () =>
				frappe
					.call({
						method: "property_service.property_service.doctype.amortisation_run.amortisation_run.post_again",
						args: { run: frm.doc.name },
						freeze: true,
					})
					.then(() => frm.reload_doc())
			);
		}
		if (frm.doc.docstatus > 0) {
			frm.add_custom_button(__("Articles"), () =>
				frappe.set_route("List", "Low Value Ledger Entry", { source_name: frm.doc.name })
			);
		}
	},
});
