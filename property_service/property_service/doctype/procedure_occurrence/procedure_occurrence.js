frappe.ui.form.on("Procedure Occurrence", {
	refresh(frm) {
		const { expects, may_mark_done } = frm.doc.__onload || {};
		if (frm.doc.status !== "To Do") return;
		if (expects) {
			frm.set_intro(__("Fulfilled by a document of type {0}.", [__(expects).bold()]), "blue");
		}
		if (may_mark_done) {
			frm.add_custom_button(__("Mark as Done"), () => mark_done(frm)).addClass("btn-primary");
		}
	},
});

function mark_done(frm) {
	frappe.prompt(
		{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		({ note }) =>
			frappe
				.xcall(
					"property_service.property_service.doctype.procedure_occurrence.procedure_occurrence.mark_done",
					{ name: frm.doc.name, note: note || null }
				)
				.then(() => frm.reload_doc()),
		__("Mark as Done"),
		__("Done")
	);
}
