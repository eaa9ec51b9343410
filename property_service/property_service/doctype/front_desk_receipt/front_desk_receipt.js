frappe.ui.form.on("Front Desk Receipt", {
	setup(frm) {
		frm.set_query("original_receipt", () => ({ filters: { docstatus: 1 } }));
		frm.set_query("purpose", () => ({ filters: { disabled: 0 } }));
	},
	refresh(frm) {
		if (frm.doc.clerk) frm.get_field("clerk").set_description(frappe.user_info(frm.doc.clerk).fullname);
		const manager = frappe.user.has_role("Service Manager");
		if (!frm.is_new() && frm.doc.docstatus === 0 && frm.doc.direction === "Out" && manager) {
			if (!frm.doc.approved_by && frm.doc.owner !== frappe.session.user) {
				frm.add_custom_button(__("Approve"), () => approve(frm)).addClass("btn-primary");
			}
		}
		if (frm.doc.docstatus !== 1) return;
		// Cancelling needs a reason, which Frappe's own button does not ask for.
		frm.page.clear_secondary_action();
		if (frm.doc.closing || !frappe.perm.has_perm(frm.doctype, 0, "cancel")) return;
		frm.add_custom_button(__("Cancel Receipt"), () => cancel(frm));
		if (frm.doc.direction === "In" && frappe.user.has_role("Front Desk Clerk")) {
			frm.add_custom_button(__("Pay Back"), () =>
				property_service.till.take_money(
					{ direction: "Out", original_receipt: frm.doc.name, payer: frm.doc.payer },
					() => frm.reload_doc()
				)
			);
		}
	},
});

function approve(frm) {
	frappe.confirm(__("Approve that this money leaves the till?"), () =>
		frappe.call({
			method: `${property_service.till.api}.approve`,
			args: { receipt: frm.doc.name },
			callback: () => frm.reload_doc(),
		})
	);
}

function cancel(frm) {
	const field = {
		fieldname: "reason",
		fieldtype: "Small Text",
		label: __("Reason for Cancelling"),
		reqd: 1,
	};
	frappe.prompt(
		field,
		(values) =>
			frappe.call({
				method: `${property_service.till.api}.cancel_receipt`,
				args: { receipt: frm.doc.name, ...values },
				callback: () => frm.reload_doc(),
			}),
		__("Cancel Receipt")
	);
}
