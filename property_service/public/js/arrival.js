// Goods that did not go to the store on the day they arrived: the finance manager approves the later day first (WH-13). Every
// rule is the server's; this only shows and asks.

(() => {
	const STEPS = "property_service.stock.receipt_steps";

	frappe.ui.form.on("Purchase Receipt", {
		refresh(frm) {
			if (frm.is_new() || frm.doc.is_return || frm.doc.docstatus !== 0 || !frm.doc.arrived_on) return;
			const late = frm.doc.arrived_on < frappe.datetime.get_today();
			if (!late || frm.doc.late_posting_approved_by || !frappe.user.has_role("Finance Manager")) return;
			frm.add_custom_button(__("Approve Later Posting"), () =>
				frappe.prompt(
					{ fieldname: "comment", fieldtype: "Small Text", label: __("Comment") },
					async ({ comment }) => {
						await frappe.xcall(`${STEPS}.approve_late_posting`, {
							receipt: frm.doc.name,
							comment,
						});
						frm.reload_doc();
					},
					__("Approve Later Posting")
				)
			);
		},
	});
})();
