const SUGGESTION_API = "property_service.property_service.doctype.quality_suggestion.quality_suggestion";

frappe.ui.form.on("Quality Suggestion", {
	refresh(frm) {
		frm.disable_save();
		show_complaints(frm);
		if (!frm.doc.quality_action) {
			frm.add_custom_button(
				__("Quality Action"),
				() => make(frm, "make_quality_action", {}, "Quality Action"),
				__("Make")
			);
		}
		if (!frm.doc.non_conformance) {
			frm.add_custom_button(__("Non Conformance"), () => non_conformance(frm), __("Make"));
		}
		const manager = ["Service Manager", "General Manager"].some((role) => frappe.user.has_role(role));
		if (manager && frm.doc.status === "Open") frm.add_custom_button(__("Dismiss"), () => dismiss(frm));
	},
});

const run = (frm, method, args) =>
	frappe.call({
		method: `${SUGGESTION_API}.${method}`,
		args: { suggestion: frm.doc.name, ...args },
		freeze: true,
	});

const make = (frm, method, args, doctype) =>
	run(frm, method, args).then((answer) => frappe.set_route("Form", doctype, answer.message));

function non_conformance(frm) {
	const field = {
		fieldname: "procedure",
		fieldtype: "Link",
		options: "Quality Procedure",
		label: __("Quality Procedure"),
		reqd: 1,
	};
	frappe.prompt(
		field,
		(values) => make(frm, "make_non_conformance", values, "Non Conformance"),
		__("Non Conformance")
	);
}

function dismiss(frm) {
	const field = {
		fieldname: "reason",
		fieldtype: "Small Text",
		label: __("Reason for Dismissal"),
		reqd: 1,
	};
	frappe.prompt(field, (values) => run(frm, "dismiss", values).then(() => frm.reload_doc()), __("Dismiss"));
}

function show_complaints(frm) {
	const { department, complaint_type, month } = frm.doc;
	const until = frappe.datetime.add_months(month, 1);
	const link = frappe.utils.get_form_link;
	frappe.db
		.get_list("Customer Complaint", {
			filters: [
				["department", "=", department],
				["complaint_type", "=", complaint_type],
				["received_on", ">=", month],
				["received_on", "<", until],
			],
			fields: ["name", "subject", "status", "received_on"],
			order_by: "received_on",
			limit: 50,
		})
		.then((rows) => {
			const lines = rows.map(
				(row) => `<tr>
					<td>${link("Customer Complaint", row.name, true)}</td>
					<td>${frappe.datetime.str_to_user(row.received_on)}</td>
					<td>${frappe.utils.escape_html(row.subject || "")}</td><td>${__(row.status)}</td></tr>`
			);
			frm.get_field("complaint_list").$wrapper.html(
				`<table class="table table-sm">${lines.join("")}</table>`
			);
		});
}
