const GYM_API = "property_service.property_service.doctype.gym_membership.gym_membership";

frappe.ui.form.on("Gym Membership", {
	setup(frm) {
		frm.set_query("plan", () => ({ filters: { company: frm.doc.company, disabled: 0 } }));
	},

	refresh(frm) {
		show_intro(frm);
		if (frm.is_new() || !frm.perm[0].write) return;
		const { status } = frm.doc;
		if (status === "Valid") {
			frm.add_custom_button(__("Freeze"), () => with_reason(frm, "freeze", __("Freeze")));
		}
		if (status === "Frozen") {
			frm.add_custom_button(__("Resume Card"), () => call(frm, "resume")).addClass("btn-primary");
		}
		if (["Valid", "Frozen"].includes(status)) {
			frm.add_custom_button(
				__("Cancel Entry"),
				() => with_reason(frm, "cancel", __("Cancel Entry")),
				__("More")
			);
		}
		frm.add_custom_button(__("Visits at the Gym"), () =>
			frappe.set_route("List", "Gym Visit", { membership: frm.doc.name })
		);
	},

	plan: (frm) => preview_end(frm),
	start_on: (frm) => preview_end(frm),
});

// The server computes it; the clerk reads it out to the member before saving.
function preview_end(frm) {
	if (!frm.is_new() || frm.doc.taken_over || !frm.doc.plan || !frm.doc.start_on) return;
	frappe.db.get_value("Gym Plan", frm.doc.plan, ["days", "price"]).then(({ message }) => {
		frm.set_value("end_on", frappe.datetime.add_days(frm.doc.start_on, cint(message.days) - 1));
		frm.set_value("price", message.price);
	});
}

function show_intro(frm) {
	const { status, frozen_on, approval_steps = [] } = frm.doc;
	const reason = frappe.utils.escape_html((approval_steps.at(-1) || {}).comment || "");
	if (status === "Frozen") {
		frm.set_intro(__("Frozen since {0}: {1}", [frappe.datetime.str_to_user(frozen_on), reason]), "blue");
	} else if (status === "Cancelled") {
		frm.set_intro(__("Cancelled: {0}", [reason]), "red");
	}
}

function call(frm, method, args = {}) {
	return frappe
		.xcall(`${GYM_API}.${method}`, { name: frm.doc.name, ...args })
		.then(() => frm.reload_doc())
		.catch(() => {}); // the refusal is on the screen; a button whose promise fails would stay disabled
}

function with_reason(frm, method, title) {
	const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
	if (method === "cancel" && frm.doc.receipt) {
		fields.push({
			fieldname: "mode_of_payment",
			fieldtype: "Link",
			options: "Mode of Payment",
			label: __("Pay Back By"),
			description: __("Only when the till of the receipt is closed already"),
		});
	}
	frappe.prompt(fields, (values) => call(frm, method, values), title);
}
