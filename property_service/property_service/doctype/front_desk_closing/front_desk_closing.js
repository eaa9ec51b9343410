const CLOSING = "property_service.property_service.doctype.front_desk_closing.front_desk_closing";

frappe.ui.form.on("Front Desk Closing", {
	refresh(frm) {
		for (const table of ["denominations", "modes", "lines"]) fix_rows(frm, table);
		for (const fieldname of ["clerk", "signed_by", "accepted_by"]) {
			const user = frm.doc[fieldname];
			if (user) frm.get_field(fieldname).set_description(frappe.user_info(user).fullname);
		}
		frm.page.clear_secondary_action();
		if (frm.is_new()) return;
		const counting = ["Counting", "Returned to Clerk"].includes(frm.doc.status);
		const own = frm.doc.clerk === frappe.session.user;
		const may_count = counting && (own || frappe.user.has_role("Service Manager"));
		if (frm.doc.return_reason) {
			frm.set_intro(
				__("The cashier sent it back: {0}", [frappe.utils.escape_html(frm.doc.return_reason)]),
				"red"
			);
		}
		if (may_count) {
			frm.add_custom_button(__("Hand In"), () => hand_in(frm)).addClass("btn-primary");
		} else {
			frm.disable_form();
		}
		const cashier = frappe.user.has_role("Cashier") && !own;
		if (frm.doc.status === "Awaiting Cashier" && cashier) {
			frm.add_custom_button(__("Accept"), () => accept(frm)).addClass("btn-primary");
			frm.add_custom_button(__("Send Back"), () => send_back(frm));
		}
		if (frm.doc.journal_entry && frappe.model.can_read("GL Entry")) {
			frm.add_custom_button(__("View Ledger"), () =>
				frappe.set_route("query-report", "General Ledger", {
					voucher_no: frm.doc.journal_entry,
					company: frm.doc.company,
					from_date: frm.doc.business_date,
					to_date: frm.doc.business_date,
					group_by: "",
				})
			);
		}
	},
	float_kept: add_up,
});

frappe.ui.form.on("Front Desk Closing Denomination", { pieces: (frm) => add_up(frm) });
frappe.ui.form.on("Front Desk Closing Mode", { counted: (frm) => add_up(frm) });

function fix_rows(frm, table) {
	const grid = frm.get_field(table).grid;
	grid.cannot_add_rows = true;
	grid.df.cannot_delete_rows = true;
	grid.wrapper.find(".grid-add-row, .grid-add-multiple-rows, .grid-upload").hide();
}

// What the server will find, shown while the clerk counts.
function add_up(frm) {
	let cash = 0;
	for (const row of frm.doc.denominations || []) {
		row.amount = flt(row.face_value * cint(row.pieces), 2);
		cash += row.amount;
	}
	let total = 0;
	for (const row of frm.doc.modes || []) {
		if (row.is_cash) row.counted = flt(cash, 2);
		row.difference = flt(row.counted - row.expected, 2);
		total += row.difference;
	}
	frm.doc.cash_counted = flt(cash, 2);
	frm.doc.cash_difference = flt(cash - frm.doc.cash_expected, 2);
	frm.doc.handed_over = flt(cash - frm.doc.float_kept, 2);
	frm.doc.difference_total = flt(total, 2);
	for (const name of ["cash_counted", "cash_difference", "handed_over", "difference_total"]) {
		frm.refresh_field(name);
	}
	// Only the cells: drawing the whole table anew would close the row that is being filled in.
	show_cells(frm, "denominations", ["amount"]);
	show_cells(frm, "modes", ["counted", "difference"]);
	frm.dirty();
}

function show_cells(frm, table, fieldnames) {
	const rows = frm.get_field(table).grid.grid_rows_by_docname || {};
	for (const row of frm.doc[table] || []) {
		for (const fieldname of fieldnames) rows[row.name]?.refresh_field(fieldname);
	}
}

const run = (frm, method, args) =>
	frappe.call({
		method: `${CLOSING}.${method}`,
		args: { closing: frm.doc.name, ...args },
		freeze: true,
		callback: () => frm.reload_doc(),
	});

async function hand_in(frm) {
	if (frm.is_dirty()) await frm.save();
	if (frm.doc.clerk !== frappe.session.user) {
		const field = {
			fieldname: "absence_reason",
			fieldtype: "Small Text",
			label: __("Reason for Closing in Place of {0}", [frappe.user.full_name(frm.doc.clerk)]),
			reqd: 1,
		};
		frappe.prompt(field, (values) => run(frm, "sign", values), __("Hand In"));
		return;
	}
	const amount = format_currency(frm.doc.handed_over, frappe.defaults.get_default("currency"));
	frappe.confirm(
		__("Close the till and hand {0} to the cashier? The count does not change any more.", [amount]),
		() => run(frm, "sign")
	);
}

function accept(frm) {
	const amount = format_currency(frm.doc.handed_over, frappe.defaults.get_default("currency"));
	frappe.confirm(
		__("Have you counted and received {0}? The closing is posted to the books.", [amount]),
		() => run(frm, "accept")
	);
}

function send_back(frm) {
	const field = { fieldname: "reason", fieldtype: "Small Text", label: __("To Be Corrected"), reqd: 1 };
	frappe.prompt(field, (values) => run(frm, "send_back", values), __("Send Back"));
}
