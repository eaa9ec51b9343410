// One click makes the ticket, complaint or order that the contact asks for; everything is carried over (SVC-01).

const MAKES = {
	Complaint: "Customer Complaint",
	"Public Repair": "Repair Ticket",
	"Home Repair": "Repair Ticket",
	"Other Service": "Service Order",
};

frappe.ui.form.on("Reception Record", {
	refresh(frm) {
		const doctype = MAKES[frm.doc.category];
		if (frm.is_new() || frm.doc.reference_name || !doctype) return;
		frm.add_custom_button(__("Turn into {0}", [__(doctype)]), () =>
			frappe.model.open_mapped_doc({
				method: "property_service.property_service.doctype.reception_record.reception_record.make_document",
				frm,
			})
		).addClass("btn-primary");
	},
});
