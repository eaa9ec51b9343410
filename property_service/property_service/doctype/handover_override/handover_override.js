frappe.ui.form.on("Handover Override", {
	refresh(frm) {
		frm.set_query("employee", () => ({ filters: { company: frm.doc.company, status: "Active" } }));
		if (frm.is_new() || frm.doc.status !== "Open" || !frm.perm[0].write) return;
		frm.add_custom_button(__("Withdraw", null, "Handover Override"), () =>
			frappe
				.xcall(
					"property_service.property_service.doctype.handover_override.handover_override.withdraw",
					{ override: frm.doc.name }
				)
				.then(() => frm.reload_doc())
				.catch(() => {})
		);
	},
});
