// The clerk's form: who is calling, what is open for them, and each step with what it asks for.

const TICKET_API = "property_service.property_service.doctype.repair_ticket";
const OPEN_STATES = ["Reported", "Dispatched", "In Progress", "Deferred", "Reopened"];

frappe.ui.form.on("Repair Ticket", {
	setup(frm) {
		frm.set_query("property_unit", () => ({ filters: { company: frm.doc.company, disabled: 0 } }));
		frm.set_query("repair_category", () => ({ filters: { disabled: 0 } }));
		frm.set_query("department", () => ({ filters: { company: frm.doc.company, is_group: 0 } }));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.company)
			frm.set_value("company", frappe.defaults.get_user_default("Company"));
	},

	refresh(frm) {
		frm.toggle_display("confirm_duplicate", frm.is_new() || frm.doc.confirm_duplicate);
		// Each step that needs more than a click has its own dialog below.
		["expected_on", "deferral_plan", "consented_by", "consent_method", "consented_on"].forEach(
			(fieldname) => frm.set_df_property(fieldname, "read_only", frm.doc.status === "Deferred" ? 1 : 0)
		);
		show_intro(frm);
		if (frm.is_new()) frm.get_field("caller_history").$wrapper.empty();
		else {
			add_buttons(frm);
			show_caller(frm);
		}
	},

	async contact_phone(frm) {
		const resident = frm.doc.reported_by
			? null
			: await property_service.repair_ticket.caller_of(frm.doc.contact_phone);
		if (resident) await frm.set_value("reported_by", resident.name);
		show_caller(frm);
	},

	async reported_by(frm) {
		if (!frm.doc.reported_by) return;
		const known = await frappe.db.get_value("Resident", frm.doc.reported_by, [
			"resident_name",
			"mobile_no",
			"property_unit",
		]);
		const { resident_name, mobile_no, property_unit } = known.message;
		await frm.set_value("contact_name", resident_name);
		if (!frm.doc.contact_phone) await frm.set_value("contact_phone", mobile_no);
		if (!frm.doc.property_unit && property_unit) await frm.set_value("property_unit", property_unit);
		show_caller(frm);
	},

	async repair_category(frm) {
		if (!frm.doc.repair_category) return;
		const known = await frappe.db.get_value("Repair Category", frm.doc.repair_category, [
			"department",
			"repair_kind",
		]);
		if (known.message.department) frm.set_value("department", known.message.department);
		if (known.message.repair_kind) frm.set_value("repair_kind", known.message.repair_kind);
	},

	// A step that needs reasons opens its dialog and calls the ticket's own method; Frappe's call would not carry
	// them. The promise stays open then, so that Frappe does not go on by itself.
	before_workflow_action(frm) {
		const step = {
			Dispatch: () => dispatch(frm),
			Defer: () => defer(frm),
			"Cancel Ticket": () => cancel(frm),
		}[frm.selected_workflow_action];
		if (!step) return;
		frappe.dom.unfreeze();
		step();
		return new Promise(() => {});
	},
});

function show_intro(frm) {
	frm.set_intro("");
	const late = frm.doc.expected_on && frm.doc.expected_on < frappe.datetime.now_datetime();
	if (late && OPEN_STATES.includes(frm.doc.status)) {
		frm.set_intro(
			__("The expected date {0} has passed.", [frappe.datetime.str_to_user(frm.doc.expected_on)]),
			"red"
		);
	}
}

function add_buttons(frm) {
	const may_write = frm.perm[0]?.write;
	if (!may_write) return;
	const state = frm.doc.status;
	if (["Reported", "Dispatched", "In Progress", "Reopened"].includes(state)) {
		const button = frm.add_custom_button(__("Dispatch"), () => dispatch(frm));
		if (["Reported", "Reopened"].includes(state))
			button.removeClass("btn-default").addClass("btn-primary");
	}
	if (OPEN_STATES.includes(state)) frm.add_custom_button(__("Chaser"), () => chase(frm));
	if (["Completed", "Closed"].includes(state))
		frm.add_custom_button(__("Record Follow-up"), () =>
			property_service.record_follow_up(frm, __("1 to 5; 0 = not asked. 1 or 2 reopens the ticket."))
		);
}

function call(frm, method, args = {}) {
	return frappe
		.call({ method: `${TICKET_API}.${method}`, args: { ticket: frm.doc.name, ...args }, freeze: true })
		.then((answer) => frm.reload_doc().then(() => answer.message));
}

function ask(title, fields, action, primary) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: primary || title,
		primary_action: (values) => action(values).then(() => dialog.hide()),
	});
	dialog.show();
	return dialog;
}

function dispatch(frm) {
	const dialog = ask(
		__("Dispatch"),
		[
			{
				fieldname: "department",
				fieldtype: "Link",
				options: "Department",
				label: __("Department"),
				reqd: 1,
				default: frm.doc.department,
				get_query: () => ({ filters: { company: frm.doc.company, is_group: 0 } }),
				onchange: () => dialog?.set_value("assigned_to", null),
			},
			{
				fieldname: "assigned_to",
				fieldtype: "Link",
				options: "Employee",
				label: __("Assigned To"),
				reqd: 1,
				get_query: () => ({
					query: "property_service.property_service.doctype.service_order.assignment.search_staff",
					filters: { department: dialog?.get_value("department"), company: frm.doc.company },
				}),
			},
			{ fieldname: "planned_for", fieldtype: "Datetime", label: __("Planned For") },
			{
				fieldname: "matter",
				fieldtype: "Small Text",
				label: __("Matter"),
				default: frm.doc.description,
			},
		],
		(values) =>
			call(frm, "repair_ticket.dispatch", values).then((order) =>
				frappe.show_alert({
					message: __("Service order {0} is dispatched", [order]),
					indicator: "green",
				})
			)
	);
}

function defer(frm) {
	ask(
		__("Defer"),
		[
			{ fieldname: "deferral_plan", fieldtype: "Small Text", label: __("Deferral Plan"), reqd: 1 },
			{ fieldname: "expected_on", fieldtype: "Datetime", label: __("Expected On"), reqd: 1 },
			{ fieldtype: "Section Break", label: __("Customer's Consent") },
			{
				fieldname: "consented_by",
				fieldtype: "Data",
				label: __("Consented By"),
				reqd: 1,
				default: frm.doc.contact_name,
			},
			{
				fieldname: "consent_method",
				fieldtype: "Select",
				label: __("Consent Method"),
				options: ["Phone", "In Person", "Message"].map((value) => ({ value, label: __(value) })),
				reqd: 1,
				default: "Phone",
			},
			{
				fieldname: "consented_on",
				fieldtype: "Datetime",
				label: __("Consented On"),
				reqd: 1,
				default: frappe.datetime.now_datetime(),
			},
		],
		(values) => call(frm, "steps.defer", values)
	);
}

function cancel(frm) {
	ask(
		__("Cancel Ticket"),
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Cancel Reason"), reqd: 1 }],
		(values) => call(frm, "steps.cancel", values)
	);
}

function chase(frm) {
	ask(
		__("Chaser"),
		[{ fieldname: "note", fieldtype: "Small Text", label: __("What the Customer Says") }],
		(values) =>
			call(frm, "notices.chase", values).then(() =>
				frappe.show_alert({
					message: __("Recorded, the person assigned is told"),
					indicator: "green",
				})
			),
		__("Record")
	);
}

// Last contacts and open matters of the caller, beside the name.
function show_caller(frm) {
	const wrapper = frm.get_field("caller_history").$wrapper;
	if (!frappe.model.can_read("Reception Record") || !(frm.doc.reported_by || frm.doc.contact_phone))
		return wrapper.empty();
	frappe
		.xcall("property_service.reception.caller", {
			resident: frm.doc.reported_by,
			phone: frm.doc.contact_phone,
		})
		.then((known) => {
			const rows = (known.open || []).filter((row) => row.name !== frm.doc.name);
			if (!rows.length) return wrapper.empty();
			const lines = rows.map((row) => {
				const link = frappe.utils.get_form_link(row.doctype, row.name, true, row.name);
				const matter = frappe.utils.escape_html(row.matter || row.description || row.subject || "");
				return `<li>${link} · ${__(row.status)} · ${matter}</li>`;
			});
			wrapper.html(
				`<div class="small text-muted">${__("Open for this caller")}</div><ul class="small">${lines.join("")}</ul>`
			);
		});
}
