const HANDOVER_API = "property_service.property_service.doctype.shift_handover.shift_handover";

// Logins say little: the name stands below.
const show_names = (frm) => {
	for (const fieldname of [
		"outgoing_clerk",
		"incoming_clerk",
		"outgoing_signed_by",
		"incoming_signed_by",
	]) {
		const user = frm.doc[fieldname];
		if (user) frm.get_field(fieldname).set_description(frappe.user_info(user).fullname);
	}
};

frappe.ui.form.on("Shift Handover", {
	setup(frm) {
		frm.set_query("counter", () => ({ filters: { disabled: 0 } }));
		frm.set_query("incoming_clerk", () => ({
			filters: { enabled: 1, name: ["!=", frm.doc.outgoing_clerk] },
		}));
	},
	onload(frm) {
		if (frm.is_new() && !frm.doc.counter) propose_counter(frm);
	},
	refresh(frm) {
		const grid = frm.get_field("lines").grid;
		grid.cannot_add_rows = true;
		grid.df.cannot_delete_rows = true;
		grid.wrapper.find(".grid-add-row, .grid-add-multiple-rows, .grid-upload").hide();
		frm.toggle_display(["section_lines", "section_signatures", "section_count"], !frm.is_new());
		if (frm.is_new()) {
			frm.set_intro(__("Save to begin: what is open is filled in from the records."), "blue");
			return;
		}
		show_names(frm);
		const may_write = frm.perm[0].write;
		const open = frm.doc.status === "Open";
		const manager = frappe.user.has_role("Service Manager");
		const outgoing = frm.doc.outgoing_clerk === frappe.session.user;
		if (!open || !(outgoing || manager)) frm.disable_form();
		if (!may_write) return;
		if (open && (outgoing || manager)) {
			const button = frm.add_custom_button(__("Sign as Outgoing Clerk"), () => sign_outgoing(frm));
			button.addClass("btn-primary");
			frm.add_custom_button(__("Collect Again"), () => run(frm, "collect_again"));
		}
		if (frm.doc.status === "Awaiting Incoming Clerk" && (!outgoing || manager)) {
			const button = frm.add_custom_button(__("Sign as Incoming Clerk"), () => sign_incoming(frm));
			button.addClass("btn-primary");
		}
		if (["Open", "Awaiting Incoming Clerk"].includes(frm.doc.status) && (outgoing || manager)) {
			frm.add_custom_button(__("Cancel Handover"), () => cancel(frm));
		}
	},
});

const run = (frm, method, args) =>
	frappe
		.call({
			method: `${HANDOVER_API}.${method}`,
			args: { handover: frm.doc.name, ...args },
			freeze: true,
		})
		.then(() => frm.reload_doc());

// One counter is the rule: then nobody has to choose it.
async function propose_counter(frm) {
	const counters = await frappe.db.get_list("Front Desk Counter", { filters: { disabled: 0 }, limit: 2 });
	if (counters.length === 1 && frm.is_new()) frm.set_value("counter", counters[0].name);
}

const absence_field = (person) => ({
	fieldname: "absence_reason",
	fieldtype: "Small Text",
	label: __("Reason for Signing in Place of {0}", [frappe.user.full_name(person)]),
	reqd: 1,
});

async function sign_outgoing(frm) {
	if (frm.is_dirty()) await frm.save();
	if (frm.doc.outgoing_clerk === frappe.session.user) {
		frappe.confirm(__("Sign the handover? What stands here does not change any more."), () =>
			run(frm, "sign_outgoing")
		);
		return;
	}
	const field = absence_field(frm.doc.outgoing_clerk);
	frappe.prompt(field, (values) => run(frm, "sign_outgoing", values), __("Sign as Outgoing Clerk"));
}

function sign_incoming(frm) {
	const incoming = frm.doc.incoming_clerk;
	const fields = [
		{ fieldname: "remarks", fieldtype: "Small Text", label: __("Remarks of the Incoming Clerk") },
	];
	if (incoming && incoming !== frappe.session.user) fields.unshift(absence_field(incoming));
	frappe.prompt(
		fields,
		(values) => run(frm, "sign_incoming", values),
		__("Sign as Incoming Clerk"),
		__("Sign")
	);
}

function cancel(frm) {
	const field = {
		fieldname: "reason",
		fieldtype: "Small Text",
		label: __("Reason for Cancelling"),
		reqd: 1,
	};
	frappe.prompt(field, (values) => run(frm, "cancel_handover", values), __("Cancel Handover"));
}
