frappe.provide("property_service");

// A protected number is shown once, in a dialog, after a reason is given; the look is recorded (ORG-03).
property_service.add_reveal_button = function (frm, fieldname, label) {
	const may = ["Front Desk Clerk", "Service Manager"].some((role) => frappe.user.has_role(role));
	if (frm.is_new() || !frm.doc[fieldname] || !may) {
		return;
	}
	frm.add_custom_button(label, () => ask_reason(frm, fieldname, label));
};

function ask_reason(frm, fieldname, label) {
	frappe.prompt(
		[
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason"),
				description: __("Kept with your name and the time"),
				reqd: 1,
			},
		],
		({ reason }) => show_number(frm, fieldname, label, reason),
		label,
		__("Show")
	);
}

async function show_number(frm, fieldname, label, reason) {
	const { message } = await frappe.call({
		method: "property_service.sensitive_data.reveal",
		type: "POST",
		args: { doctype: frm.doctype, name: frm.docname, fieldname, reason },
	});
	frappe.msgprint({ title: label, message: frappe.utils.escape_html(message) });
}
