// A notice to the developer (SVC-07): taking the work over asks who does it, and makes the own order.

frappe.ui.form.on("Defect Notice", {
	before_workflow_action(frm) {
		if (frm.selected_workflow_action !== "Repair Ourselves") return;
		take_over(frm);
		frappe.dom.unfreeze();
		return new Promise(() => {}); // the dialog takes the step, together with the order
	},
});

function take_over(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Repair Ourselves"),
		fields: [
			{
				fieldname: "department",
				label: __("Department"),
				fieldtype: "Link",
				options: "Department",
				reqd: 1,
			},
			{
				fieldname: "assigned_to",
				label: __("Assigned To"),
				fieldtype: "Link",
				options: "Employee",
				reqd: 1,
				get_query: () => ({
					filters: { department: dialog.get_value("department"), status: "Active" },
				}),
			},
			{ fieldname: "planned_for", label: __("Planned For"), fieldtype: "Datetime" },
		],
		primary_action_label: __("Repair Ourselves"),
		primary_action: (values) =>
			frappe
				.xcall("property_service.property_service.doctype.defect_notice.defect_notice.take_over", {
					notice: frm.doc.name,
					...values,
				})
				.then(() => {
					dialog.hide();
					frm.reload_doc();
				}),
	});
	dialog.show();
}
