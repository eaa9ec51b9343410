// Direct issue: the head of the department signs on the draft for what it takes over (WH-18).
frappe.ui.form.on("Purchase Receipt", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.docstatus || !frm.doc.direct_issue || frm.doc.direct_signed_on) {
			return;
		}
		frm.add_custom_button(__("Sign the Direct Issue"), () =>
			frm
				.call({
					method: "property_service.stock.direct_issues.sign_direct_issue",
					args: { receipt: frm.doc.name },
					freeze: true,
				})
				.then(() => frm.reload_doc())
		);
	},
});
