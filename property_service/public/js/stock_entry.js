// Issues: what comes back from them, and the head's signature under what an emergency took (WH-17, WH-19).
frappe.ui.form.on("Stock Entry", {
	refresh(frm) {
		if (frm.doc.docstatus !== 1) return;
		if (["Issue", "Direct Issue"].includes(frm.doc.stores_kind)) {
			frm.add_custom_button(
				__("Return to Store"),
				() =>
					frappe.model.open_mapped_doc({
						method: "property_service.stock.returns.make_return",
						frm,
					}),
				__("Create")
			);
		}
		if (frm.doc.emergency_ticket && !frm.doc.head_signed_on) {
			frm.add_custom_button(__("Sign the Emergency Issue"), () =>
				frm
					.call({
						method: "property_service.stock.issues.sign_emergency",
						args: { entry: frm.doc.name },
						freeze: true,
					})
					.then(() => frm.reload_doc())
			);
		}
	},
});
