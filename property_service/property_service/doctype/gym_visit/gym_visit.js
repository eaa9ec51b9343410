frappe.ui.form.on("Gym Visit", {
	refresh(frm) {
		frm.disable_save();
		const is_manager = ["Service Manager", "System Manager"].some((role) => frappe.user.has_role(role));
		if (frm.doc.undone || !is_manager) return;
		frm.add_custom_button(__("Undo Visit"), () =>
			frappe.prompt(
				{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1 },
				({ reason }) =>
					frappe
						.xcall("property_service.property_service.doctype.gym_membership.check_in.undo", {
							visit: frm.doc.name,
							reason,
						})
						.then(() => frm.reload_doc()),
				__("Undo Visit")
			)
		);
	},
});
