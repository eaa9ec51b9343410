const DOCUMENT_HANDOVER = "property_service.property_service.doctype.document_handover.document_handover";

const run_handover = (frm, method, args) =>
	frappe
		.call({
			method: `${DOCUMENT_HANDOVER}.${method}`,
			args: { handover: frm.doc.name, ...args },
			freeze: true,
		})
		.then(() => frm.reload_doc());

frappe.ui.form.on("Document Handover", {
	refresh(frm) {
		const grid = frm.get_field("documents").grid;
		grid.cannot_add_rows = true;
		grid.wrapper.find(".grid-add-row, .grid-add-multiple-rows, .grid-upload").hide();
		for (const fieldname of ["handed_over_by", "received_by"]) {
			const user = frm.doc[fieldname];
			if (user) frm.get_field(fieldname).set_description(frappe.user.full_name(user));
		}
		if (frm.is_new()) {
			frm.disable_save();
			frm.set_intro(__("Collect the documents that are left on the receipts."), "blue");
			frm.add_custom_button(__("Collect"), () => collect(frm)).addClass("btn-primary");
			return;
		}
		const storekeeper = frappe.user.has_role("Storekeeper");
		const finance = ["Stores Accountant", "Finance Manager"].some((role) => frappe.user.has_role(role));
		if (frm.doc.status !== "Draft" || !storekeeper) frm.disable_form();
		if (frm.doc.status === "Draft" && storekeeper) {
			frm.add_custom_button(__("Hand Over"), () => run_handover(frm, "hand_over")).addClass(
				"btn-primary"
			);
		}
		if (frm.doc.status === "Handed Over" && finance && frm.doc.handed_over_by !== frappe.session.user) {
			frm.add_custom_button(__("Receive", null, "Document Handover"), () =>
				run_handover(frm, "receive")
			).addClass("btn-primary");
		}
		if (["Draft", "Handed Over"].includes(frm.doc.status) && storekeeper) {
			frm.add_custom_button(__("Cancel Handover"), () =>
				frappe.prompt(
					{
						fieldname: "reason",
						fieldtype: "Small Text",
						label: __("Reason for Cancelling"),
						reqd: 1,
					},
					(values) => run_handover(frm, "cancel_handover", values),
					__("Cancel Handover")
				)
			);
		}
	},
});

async function collect(frm) {
	const name = await frappe.xcall(`${DOCUMENT_HANDOVER}.collect`, { company: frm.doc.company });
	frappe.set_route("Form", "Document Handover", name);
}
