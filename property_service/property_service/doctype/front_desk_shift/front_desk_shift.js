const SHIFT_API = "property_service.property_service.doctype.front_desk_shift.front_desk_shift";
const CLOSING_API = "property_service.property_service.doctype.front_desk_closing.front_desk_closing";

frappe.ui.form.on("Front Desk Shift", {
	setup(frm) {
		frm.set_query("counter", () => ({ filters: { disabled: 0 } }));
	},
	onload(frm) {
		if (frm.is_new() && !frm.doc.counter) propose_counter(frm);
	},
	refresh(frm) {
		frm.toggle_display("section_links", !frm.is_new());
		if (frm.is_new()) return;
		frm.disable_save();
		frm.get_field("clerk").set_description(frappe.user_info(frm.doc.clerk).fullname);
		if (frm.doc.closing) {
			frm.add_custom_button(__("Till Closing"), () =>
				frappe.set_route("Form", "Front Desk Closing", frm.doc.closing)
			);
		}
		if (frm.doc.status !== "Open") return;
		const own = frm.doc.clerk === frappe.session.user;
		const ended = frappe.datetime.now_datetime() > frm.doc.planned_end;
		if (ended) frm.set_intro(__("The planned end has passed: this shift can only be closed."), "orange");
		if (own && !ended) {
			const take = frm.add_custom_button(__("Take Money"), () =>
				property_service.till.take_money({}, () => show_totals(frm))
			);
			take.addClass("btn-primary");
			frm.add_custom_button(__("Pay Out"), () =>
				property_service.till.take_money({ direction: "Out" }, () => show_totals(frm))
			);
		}
		if (own || frappe.user.has_role("Service Manager")) {
			frm.add_custom_button(__("Close the Till"), () => close_till(frm));
		}
		frm.add_custom_button(__("Receipts"), () =>
			frappe.set_route("List", "Front Desk Receipt", { shift: frm.doc.name })
		);
		show_totals(frm);
	},
	counter: propose,
	opening_float(frm) {
		// The first float comes from the cashier; later ones from the shift before.
		if (frm.is_new() && frm.first_shift) frm.set_value("float_from_cashier", frm.doc.opening_float);
		difference(frm);
	},
	float_from_cashier: difference,
});

async function propose_counter(frm) {
	const counters = await frappe.db.get_list("Front Desk Counter", { filters: { disabled: 0 }, limit: 2 });
	if (counters.length === 1 && frm.is_new()) frm.set_value("counter", counters[0].name);
}

// The float that should be there, and who has to hand the counter over first.
async function propose(frm) {
	if (!frm.is_new() || !frm.doc.counter) return;
	const known = await frappe.xcall(`${SHIFT_API}.proposal`, { counter: frm.doc.counter });
	frm.first_shift = known.first;
	await frm.set_value({
		float_left: known.float_left,
		opening_float: known.float_left,
		planned_end: known.planned_end,
	});
	frm.set_intro("");
	if (known.in_charge) {
		const name = frappe.user.full_name(known.in_charge);
		frm.set_intro(__("{0} has to hand this counter over to you first (SVC-21).", [name]), "orange");
	}
}

function difference(frm) {
	if (!frm.is_new()) return;
	const { opening_float, float_left, float_from_cashier } = frm.doc;
	const found = flt(opening_float) - flt(float_left) - flt(float_from_cashier);
	frm.set_value("opening_difference", flt(found, 2));
}

async function show_totals(frm) {
	const totals = await frappe.xcall(`${SHIFT_API}.balance`, { shift: frm.doc.name });
	const words = totals.map(
		(row) =>
			`${frappe.utils.escape_html(__(row.mode))} <b>${format_currency(row.expected, row.currency)}</b>`
	);
	frm.dashboard.clear_headline();
	frm.dashboard.set_headline(`${__("In the till by the records")}: ${words.join(" · ")}`);
}

function close_till(frm) {
	frappe.call({
		method: `${CLOSING_API}.begin`,
		args: { shift: frm.doc.name },
		callback: (answer) => frappe.set_route("Form", "Front Desk Closing", answer.message),
	});
}
