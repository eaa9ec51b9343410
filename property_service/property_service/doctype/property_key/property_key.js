frappe.ui.form.on("Property Key", {
	setup(frm) {
		frm.set_query("units", () => ({
			filters: { disabled: 0, ...(frm.doc.company ? { company: frm.doc.company } : {}) },
		}));
	},

	refresh(frm) {
		frm.toggle_reqd("units", true); // a row of an import names one unit in another column
		if (frm.is_new()) return;
		const { status } = frm.doc;
		if (status === "In Cabinet" && frappe.model.can_create("Key Loan")) {
			frm.add_custom_button(__("Lend"), () =>
				frappe.new_doc("Key Loan", { property_key: frm.doc.name })
			).addClass("btn-primary");
		}
		if (status === "Lent") {
			frm.add_custom_button(__("Take Back"), () =>
				frappe.set_route("Form", "Key Loan", frm.doc.current_loan)
			);
		}
		if (!frm.perm[0].write) return;
		const steps = {
			"In Cabinet": [
				["report_missing", __("Report Lost")],
				["retire", __("Retire")],
			],
			Lost: [
				["put_back", __("Put Back")],
				["retire", __("Retire")],
			],
		};
		for (const [method, label] of steps[status] || []) {
			frm.add_custom_button(label, () => with_reason(frm, method, label), __("More"));
		}
	},
});

function with_reason(frm, method, label) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) =>
			frappe
				.xcall(`property_service.property_service.doctype.property_key.property_key.${method}`, {
					key: frm.doc.name,
					reason,
				})
				.then(() => frm.reload_doc()),
		label
	);
}
