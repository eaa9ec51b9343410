// One form for four people: each sees the button of the step whose turn it is, and what that step asks for.

const COMPLAINT_API = "property_service.property_service.doctype.customer_complaint.steps";
const PERSON = ["complainant", "contact_name", "contact_phone", "contact_address", "property_unit"];
const EVALUATIONS = ["Satisfied", "Fairly Satisfied", "Dissatisfied"];

frappe.ui.form.on("Customer Complaint", {
	setup(frm) {
		const of_company = () => ({ filters: { company: frm.doc.company, is_group: 0 } });
		["proposed_department", "responsible_department"].forEach((field) =>
			frm.set_query(field, of_company)
		);
		frm.set_query("property_unit", () => ({ filters: { company: frm.doc.company, disabled: 0 } }));
		frm.set_query("action_owner", () => ({
			filters: { department: frm.doc.responsible_department, status: "Active" },
		}));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.company)
			frm.set_value("company", frappe.defaults.get_user_default("Company"));
	},

	refresh(frm) {
		show_person(frm);
		show_intro(frm);
		frm.get_field("timeline").$wrapper.html(frm.is_new() ? "" : timeline(frm));
		// the timeline says the same in the reader's words, together with the contacts
		frm.toggle_display("approval_steps", false);
		if (!frm.is_new()) {
			add_buttons(frm);
			guard_fields(frm);
		}
	},

	async complainant(frm) {
		if (!frm.doc.complainant) return;
		const fields = ["resident_name", "mobile_no", "property_unit"];
		const { resident_name, mobile_no, property_unit } = (
			await frappe.db.get_value("Resident", frm.doc.complainant, fields)
		).message;
		await frm.set_value("contact_name", resident_name);
		if (!frm.doc.contact_phone) await frm.set_value("contact_phone", mobile_no);
		if (!frm.doc.property_unit && property_unit) await frm.set_value("property_unit", property_unit);
	},

	async complaint_type(frm) {
		if (!frm.doc.complaint_type || frm.doc.proposed_department) return;
		const known = await frappe.db.get_value("Complaint Type", frm.doc.complaint_type, "department");
		if (known.message.department) frm.set_value("proposed_department", known.message.department);
	},

	// A step that asks for something opens its dialog and calls the complaint's own method; the promise stays open
	// then, so that Frappe does not go on by itself.
	before_workflow_action(frm) {
		const step = STEPS[frm.selected_workflow_action];
		const dialog = step && step(frm);
		if (!dialog) return;
		frappe.dom.unfreeze();
		open_step(frm, __(frm.selected_workflow_action), dialog);
		return new Promise(() => {});
	},
});

// ---- what the reader may know -------------------------------------------------------------------------------------

function show_person(frm) {
	const person = (frm.doc.__onload || {}).person;
	if (frm.doc.confidential && person) {
		PERSON.forEach((field) => (frm.doc[field] = person[field]));
		if (person.complainant)
			frappe.utils.add_link_title("Resident", person.complainant, person.complainant_title);
		frm.refresh_fields(PERSON);
	}
	const hidden = frm.doc.confidential && !person && !frm.is_new();
	PERSON.filter((field) => field !== "property_unit").forEach((field) =>
		frm.toggle_display(field, !hidden)
	);
}

function show_intro(frm) {
	frm.set_intro("");
	if (frm.is_new()) return;
	const late =
		["Assigned", "Analysed"].includes(frm.doc.status) && frm.doc.due_on < frappe.datetime.now_datetime();
	if (late)
		frm.set_intro(__("The remedy was due on {0}.", [frappe.datetime.str_to_user(frm.doc.due_on)]), "red");
	if (frm.doc.confidential) {
		const text = (frm.doc.__onload || {}).person
			? __("Confidential: the department complained about does not see who complains.")
			: __("Confidential: the complainant asked not to be named.");
		frm.set_intro(text, "orange");
	}
	if (frm.doc.repeated)
		frm.set_intro(__("Repeated: the same complainant had the same matter before."), "orange");
}

function guard_fields(frm) {
	const lock = (fields, locked) =>
		fields.forEach((f) => frm.set_df_property(f, "read_only", locked ? 1 : 0));
	const state = frm.doc.status;
	const intake = ["Received", "Classified", "Settled at Desk"].includes(state);
	lock(
		["channel", "subject", "description", "complaint_type", "complaint_class", "severity", "priority"],
		!intake
	);
	lock(["claim", "claim_details", "received_on", "company"], !intake);
	lock(["proposed_department"], !["Received", "Settled at Desk"].includes(state));
	lock(["desk_settlement"], !["Received", "Settled at Desk"].includes(state));
	lock([...PERSON, "location", "confidential"], state === "Closed");
	// Each of these is written in the dialog of its step.
	lock(
		[
			"responsible_department",
			"due_on",
			"verifier",
			"closing_decision",
			"unfounded_reason",
			"reopen_reason",
		],
		true
	);
	lock(["customer_evaluation"], state !== "Settled at Desk");
	const remedy = ["cause_analysis", "corrective_action", "action_owner", "action_date", "action_record"];
	lock(remedy, !["Assigned", "Analysed"].includes(state));
}

// ---- steps --------------------------------------------------------------------------------------------------------

const text = (fieldname, label, value, more = {}) => ({
	fieldname,
	fieldtype: "Small Text",
	label,
	default: value,
	reqd: 1,
	...more,
});

const choices = (values) => values.map((value) => ({ value, label: __(value) }));

const STEPS = {
	"Settle at Desk": (frm) => ({
		method: "settle",
		fields: [text("desk_settlement", __("What Was Settled"), frm.doc.desk_settlement)],
	}),
	Assign: (frm) => ({
		method: "assign",
		fields: [
			{
				fieldname: "responsible_department",
				fieldtype: "Link",
				options: "Department",
				label: __("Responsible Department"),
				reqd: 1,
				default: frm.doc.responsible_department || frm.doc.proposed_department,
				get_query: () => ({ filters: { company: frm.doc.company, is_group: 0 } }),
			},
			{ fieldname: "due_on", fieldtype: "Datetime", label: __("Remedy Due On"), reqd: 1 },
			{
				fieldname: "verifier",
				fieldtype: "Link",
				options: "User",
				label: __("Verifier"),
				depends_on: frm.doc.about_front_desk ? undefined : "eval:0",
				description: __("Somebody outside customer service, who asks the complainant and closes"),
				get_query: () => ({ query: "frappe.core.doctype.user.user.user_query" }),
			},
		],
	}),
	Analyse: (frm) => ({
		method: "analyse",
		fields: [text("cause_analysis", __("Cause Analysis"), frm.doc.cause_analysis)],
	}),
	Act: (frm) => ({
		method: "act",
		fields: [
			text(
				"corrective_action",
				__("Corrective Action", null, "Customer Complaint"),
				frm.doc.corrective_action
			),
			{
				fieldname: "action_owner",
				fieldtype: "Link",
				options: "Employee",
				label: __("Action Owner"),
				reqd: 1,
				default: frm.doc.action_owner,
				get_query: () => ({
					query: "property_service.property_service.doctype.service_order.assignment.search_staff",
					filters: { department: frm.doc.responsible_department, company: frm.doc.company },
				}),
			},
			{
				fieldname: "action_date",
				fieldtype: "Date",
				label: __("Action Date"),
				reqd: 1,
				default: frm.doc.action_date || frappe.datetime.get_today(),
			},
			text("action_record", __("Record of Implementation"), frm.doc.action_record, { reqd: 0 }),
		],
	}),
	"Declare Unfounded": (frm) => ({
		method: "declare_unfounded",
		fields: [text("unfounded_reason", __("Why It Is Unfounded"), frm.doc.unfounded_reason)],
	}),
	Reopen: () => ({ method: "reopen", fields: [text("reopen_reason", __("Reason for Reopening"))] }),
	Close: (frm) => closing(frm),
};

function closing(frm) {
	const settled = frm.doc.status === "Settled at Desk";
	const satisfied = ["Satisfied", "Fairly Satisfied"].includes(frm.doc.customer_evaluation);
	if (frm.doc.status === "Unfounded" || (!settled && satisfied)) return null;
	const fields = [];
	if (settled) {
		fields.push({
			fieldname: "customer_evaluation",
			fieldtype: "Select",
			label: __("Customer Evaluation"),
			options: choices(["", ...EVALUATIONS]), // nothing is chosen in the complainant's place
			reqd: 1,
			default: frm.doc.customer_evaluation,
		});
	}
	fields.push(
		text("closing_decision", __("Manager's Decision"), frm.doc.closing_decision, {
			reqd: settled ? 0 : 1,
			description: __(
				"Closes the complaint although the complainant is not satisfied or was not reached"
			),
			depends_on: settled ? "eval:doc.customer_evaluation == 'Dissatisfied'" : undefined,
		})
	);
	return { method: "close", fields };
}

function open_step(frm, title, { method, fields }) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: title,
		primary_action: (values) =>
			call(`${COMPLAINT_API}.${method}`, { complaint: frm.doc.name, ...values }).then(() => {
				dialog.hide();
				return frm.reload_doc();
			}),
	});
	dialog.show();
}

const call = (method, args) => frappe.call({ method, args, freeze: true });

function add_buttons(frm) {
	const ends = ["Closed"];
	if (!frm.perm[0]?.write) return;
	const desk = ["Front Desk Clerk", "Service Manager", "General Manager"].some((role) =>
		frappe.user.has_role(role)
	);
	const verifies = desk || frm.doc.verifier === frappe.session.user;
	if (verifies && !ends.includes(frm.doc.status)) {
		frm.add_custom_button(__("Record Contact"), () => record_contact(frm));
	}
	if (verifies && ["Acted", "Verified", "Closed", "Settled at Desk"].includes(frm.doc.status)) {
		const reopens = __("1 to 5; 0 = not asked. 1 or 2 reopens the complaint.");
		const button = frm.add_custom_button(__("Record Follow-up"), () =>
			property_service.record_follow_up(frm, reopens)
		);
		if (frm.doc.status === "Acted" && !frm.doc.follow_up_outcome) button.addClass("btn-primary");
	}
}

function record_contact(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Record Contact"),
		fields: [
			{
				fieldname: "method",
				fieldtype: "Select",
				label: __("Method"),
				options: choices(["Phone", "SMS", "Email", "Visit", "In Person", "Letter"]),
				default: "Phone",
				reqd: 1,
			},
			text("note", __("What Was Said")),
		],
		primary_action_label: __("Save"),
		primary_action: (values) =>
			call(`${COMPLAINT_API}.record_contact`, { complaint: frm.doc.name, ...values }).then(() => {
				dialog.hide();
				return frm.reload_doc();
			}),
	});
	dialog.show();
}

// ---- timeline -----------------------------------------------------------------------------------------------------

function timeline(frm) {
	const escape = frappe.utils.escape_html;
	const rows = [
		{ when: frm.doc.received_on, who: frm.doc.first_handler, what: __("Received"), colour: "red" },
	];
	(frm.doc.approval_steps || []).forEach((step) =>
		rows.push({
			when: step.acted_on,
			who: step.actor,
			role: step.actor_role,
			what: __(step.to_state),
			note: step.comment,
			colour: property_service.customer_complaint.colours[step.to_state],
		})
	);
	(frm.doc.contacts || []).forEach((row) =>
		rows.push({
			when: row.contacted_on,
			who: row.contacted_by,
			what: `${__("Contact with the Complainant")} · ${__(row.method)}`,
			note: row.note,
			colour: "gray",
		})
	);
	rows.sort((a, b) => (a.when < b.when ? -1 : 1));
	const lines = rows.map(
		(row) => `<tr>
			<td class="text-nowrap text-muted">${frappe.datetime.str_to_user(row.when) || ""}</td>
			<td><span class="indicator-pill no-indicator-dot ${row.colour || "gray"}">${escape(row.what)}</span></td>
			<td class="text-nowrap">${escape(frappe.user.full_name(row.who) || "")}
				<span class="text-muted">${row.role ? escape(__(row.role)) : ""}</span></td>
			<td style="white-space: pre-wrap">${escape(row.note || "")}</td>
		</tr>`
	);
	return `<table class="table table-sm" data-complaint-timeline><tbody>${lines.join("")}</tbody></table>`;
}
