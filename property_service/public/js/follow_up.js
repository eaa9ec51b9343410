// Recording what the customer said, on the form of a ticket or a complaint (SVC-06, SVC-15, SVC-18).

frappe.provide("property_service");

(() => {
	const CONTEXT = "Follow Up";
	const METHODS = ["Phone", "SMS", "Email", "Visit"];
	const asked = "eval:doc.reached";

	// `reopens` says what a bad score does to this document.
	property_service.record_follow_up = (frm, reopens) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Record Follow-up"),
			fields: fields(frm, reopens),
			primary_action_label: __("Record"),
			primary_action: ({ phone, ...values }) => record(frm, values).then(() => dialog.hide()),
		});
		dialog.show();
	};

	function fields(frm, reopens) {
		return [
			{
				fieldname: "phone",
				fieldtype: "Data",
				label: __("Phone"),
				read_only: 1,
				default: frm.doc.contact_phone,
			},
			{
				fieldname: "method",
				fieldtype: "Select",
				label: __("Method", null, CONTEXT),
				options: METHODS.map((value) => ({ value, label: __(value, null, CONTEXT) })),
				default: "Phone",
				reqd: 1,
			},
			{ fieldname: "reached", fieldtype: "Check", label: __("Reached"), default: 1 },
			{
				fieldname: "score",
				fieldtype: "Select",
				label: __("Score", null, CONTEXT),
				// empty to begin with: a careless Enter must not record a satisfied customer
				options: ["", "5", "4", "3", "2", "1", "0"],
				depends_on: asked,
				mandatory_depends_on: asked,
				description: reopens,
			},
			{
				fieldname: "answers",
				fieldtype: "Small Text",
				label: __("Answers", null, CONTEXT),
				depends_on: asked,
			},
			{ fieldname: "suggestion", fieldtype: "Small Text", label: __("Suggestion"), depends_on: asked },
			{ fieldname: "note", fieldtype: "Data", label: __("Note"), depends_on: "eval:!doc.reached" },
		];
	}

	function record(frm, values) {
		return frappe
			.xcall("property_service.property_service.doctype.follow_up.follow_up.record", {
				reference_doctype: frm.doctype,
				reference_name: frm.doc.name,
				...values,
				reached: values.reached ? 1 : 0,
				score: values.reached ? cint(values.score) : 0,
			})
			.then((answer) => {
				frm.reload_doc();
				const message = answer.reopened ? __("Reopened") : __(answer.status);
				frappe.show_alert({ message, indicator: answer.reopened ? "orange" : "green" });
			});
	}
})();
