// The clerk's form: the button of the next step, the free beds to choose from, and the list before moving out.

const RESIDENCE_API = "property_service.property_service.doctype.residence_application";

frappe.ui.form.on("Residence Application", {
	setup(frm) {
		frm.set_query("resident", () => ({ filters: { status: ["!=", "Living In"] } }));
	},

	onload(frm) {
		frm.get_field("employer_letter").df.options = { make_attachments_public: false };
	},

	refresh(frm) {
		property_service.add_reveal_button(frm, "id_number", __("Show Identity Number"));
		show_intro(frm);
		frm.get_field("open_matters").$wrapper.empty();
		if (frm.is_new() || !frm.perm[0].write) return;
		add_buttons(frm);
		if (frm.doc.status === "Moved In") show_checklist(frm);
	},
});

function show_intro(frm) {
	const { status, to_date, approval_steps = [] } = frm.doc;
	if (["Rejected", "Withdrawn"].includes(status)) {
		const reason = frappe.utils.escape_html((approval_steps.at(-1) || {}).comment || "");
		frm.set_intro(`${__(status)}: ${reason}`, "red");
	} else if (status === "Moved In" && to_date && to_date < frappe.datetime.get_today()) {
		frm.set_intro(__("The stay was to end on {0}.", [frappe.datetime.str_to_user(to_date)]), "orange");
	}
}

function add_buttons(frm) {
	const { status } = frm.doc;
	const next = {
		Applied: [__("Confirm Employer"), () => call(frm, "residence_application.confirm_employer")],
		"Employer Confirmed": [__("Assign Room"), () => assign_room(frm)],
		"Room Assigned": [__("Move In", null, "Residence Application"), () => move_in(frm)],
		"Moved In": [__("Move Out", null, "Residence Application"), () => move_out(frm)],
	}[status];
	if (next) frm.add_custom_button(next[0], next[1]).addClass("btn-primary");
	const more = __("More");
	if (status === "Room Assigned") {
		frm.add_custom_button(__("Assign Another Room"), () => assign_room(frm), more);
	}
	if (["Applied", "Employer Confirmed"].includes(status)) {
		frm.add_custom_button(__("Reject"), () => with_reason(frm, "reject", __("Reject")), more);
	}
	if (["Applied", "Employer Confirmed", "Room Assigned"].includes(status)) {
		frm.add_custom_button(__("Withdraw"), () => with_reason(frm, "withdraw", __("Withdraw")), more);
	}
	frm.add_custom_button(__("Print Application"), () => frm.print_doc(), more);
}

// A button whose promise fails would stay disabled; the refusal is on the screen.
async function call(frm, method, args = {}) {
	if (frm.is_dirty()) await frm.save();
	return frappe
		.call({ method: `${RESIDENCE_API}.${method}`, args: { name: frm.doc.name, ...args }, freeze: true })
		.then((answer) => frm.reload_doc().then(() => answer))
		.catch(() => null);
}

function with_reason(frm, method, title) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) => call(frm, `residence_application.${method}`, { reason }),
		title
	);
}

// ---- rooms ----------------------------------------------------------------------------------------------------------

function assign_room(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Assign Room"),
		fields: [
			{
				fieldname: "from_date",
				fieldtype: "Date",
				label: __("From"),
				reqd: 1,
				default: frm.doc.from_date,
			},
			{ fieldtype: "Column Break" },
			{ fieldname: "to_date", fieldtype: "Date", label: __("Until"), default: frm.doc.to_date },
			{ fieldtype: "Section Break" },
			{ fieldname: "filter", fieldtype: "Data", label: __("Room"), placeholder: __("Type to search") },
			{ fieldname: "rooms", fieldtype: "HTML" },
		],
	});
	let rooms = [];
	const show = () => {
		const text = (dialog.get_value("filter") || "").trim();
		const found = rooms.filter((room) => `${room.title} ${room.name}`.includes(text)).slice(0, 30);
		dialog.get_field("rooms").$wrapper.html(rooms_table(found));
	};
	const load = async () => {
		const { message } = await frappe.call({
			method: `${RESIDENCE_API}.beds.free_rooms`,
			args: {
				name: frm.doc.name,
				from_date: dialog.get_value("from_date"),
				to_date: dialog.get_value("to_date"),
			},
		});
		rooms = message || [];
		show();
	};
	dialog.fields_dict.filter.$input.on("input", show);
	dialog.fields_dict.from_date.df.onchange = load;
	dialog.fields_dict.to_date.df.onchange = load;
	dialog.$wrapper.on("click", "[data-room]", async (event) => {
		const answer = await call(frm, "beds.assign_room", {
			property_unit: $(event.currentTarget).attr("data-room"),
			from_date: dialog.get_value("from_date"),
			to_date: dialog.get_value("to_date"),
		});
		if (answer) dialog.hide();
		else load();
	});
	dialog.show();
	load();
}

function rooms_table(rooms) {
	const escape = frappe.utils.escape_html;
	if (!rooms.length) return `<p class="text-muted">${__("No bed is free in these days.")}</p>`;
	const lines = rooms.map(
		(room) => `<tr>
			<td>${escape(room.title)} ${room.wanted ? "" : `<span class="text-muted">${__("another type")}</span>`}</td>
			<td>${room.free === null ? __("No limit") : __("{0} of {1} free", [room.free, room.capacity])}</td>
			<td class="text-right"><button class="btn btn-xs btn-default" data-room="${escape(room.name)}">
				${__("Assign")}</button></td>
		</tr>`
	);
	return `<table class="table table-sm" data-free-rooms><tbody>${lines.join("")}</tbody></table>`;
}

// ---- moving in ------------------------------------------------------------------------------------------------------

function move_in(frm) {
	const signed = frm.doc.applicant_signature || frm.doc.signed_on_paper;
	const dialog = new frappe.ui.Dialog({
		title: __("Move In", null, "Residence Application"),
		fields: [
			{
				fieldname: "key_tags",
				fieldtype: "Small Text",
				label: __("Keys Handed Out"),
				description: __("Scan the tags, one per line"),
			},
			{
				fieldname: "card_no",
				fieldtype: "Data",
				label: __("Access Card"),
				description: __("Empty keeps the card that the resident has"),
			},
			{
				fieldname: "signed_on_paper",
				fieldtype: "Check",
				label: __("The room sheet is signed on paper"),
				default: frm.doc.signed_on_paper,
				hidden: signed ? 1 : 0,
			},
		],
		primary_action_label: __("Move In", null, "Residence Application"),
		async primary_action(values) {
			if (values.signed_on_paper && !frm.doc.signed_on_paper) await frm.set_value("signed_on_paper", 1);
			const key_tags = (values.key_tags || "").split(/\s+/).filter(Boolean);
			const answer = await call(frm, "moving_in.move_in", {
				key_tags: key_tags.length ? key_tags : null,
				card_no: values.card_no,
			});
			if (answer) dialog.hide();
		},
	});
	dialog.show();
}

// ---- moving out -----------------------------------------------------------------------------------------------------

async function show_checklist(frm) {
	const { message: lines } = await frappe.call({
		method: `${RESIDENCE_API}.moving_out.checklist`,
		args: { name: frm.doc.name },
	});
	const $list = $(checklist_table(frm, lines));
	frm.get_field("open_matters").$wrapper.html($list);
	$list.on("click", "[data-way]", (event) => {
		const button = $(event.currentTarget);
		settle(frm, lines[button.closest("tr").attr("data-line")], button.attr("data-way"));
	});
	$list.on("click", "[data-override]", (event) =>
		override(frm, lines[$(event.currentTarget).closest("tr").attr("data-line")])
	);
}

function checklist_table(frm, lines) {
	const escape = frappe.utils.escape_html;
	if (!lines.length) return `<p class="text-muted">${__("Nothing is open.")}</p>`;
	const manager = frappe.user.has_role("Service Manager");
	const button = (attribute, label) =>
		`<button class="btn btn-xs btn-default" ${attribute}>${escape(label)}</button>`;
	const rows = lines.map((line, number) => {
		const buttons = line.ways.map((way) => button(`data-way="${escape(way)}"`, __(way)));
		if (manager) buttons.push(button("data-override", __("Override")));
		return `<tr data-line="${number}">
			<td>${escape(__(line.doctype))}</td>
			<td>${frappe.utils.get_form_link(line.doctype, line.name, true)} ${escape(line.matter)}</td>
			<td class="text-right">${line.amount ? format_currency(line.amount, frappe.boot.sysdefaults.currency) : ""}</td>
			<td class="text-right">${line.overridden ? __("Overridden") : buttons.join(" ")}</td>
		</tr>`;
	});
	return `<table class="table table-sm" data-checklist><tbody>${rows.join("")}</tbody></table>`;
}

function settle(frm, line, way) {
	const send = (given) =>
		call(frm, "moving_out.settle", { doctype: line.doctype, document: line.name, way, given });
	const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };
	const mode_of_payment = {
		fieldname: "mode_of_payment",
		fieldtype: "Link",
		options: "Mode of Payment",
		label: __("Mode of Payment"),
	};
	const asks = {
		Lost: [reason, mode_of_payment],
		"Take Compensation": [{ ...mode_of_payment, reqd: 1 }],
		"Refund Deposit": [mode_of_payment],
		"Close Card": line.amount ? [{ ...mode_of_payment, reqd: 1 }] : null,
	}[way];
	if (!asks) return send({});
	frappe.prompt(asks, send, __(way));
}

function override(frm, line) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Reason"),
			reqd: 1,
			description: __("The debt stays listed with your name"),
		},
		({ reason }) =>
			call(frm, "moving_out.override", { doctype: line.doctype, document: line.name, reason }),
		__("Override")
	);
}

function move_out(frm) {
	frappe.confirm(
		__("{0} moves out today: access ends and the room is cleaned.", [
			frappe.utils.escape_html(frm.doc.applicant_name),
		]),
		() => call(frm, "moving_out.move_out")
	);
}
