// The clerk's form: what the card holds, its last movements, and a button for each thing that is done with it.

frappe.ui.form.on("Service Card", {
	refresh(frm) {
		frm.get_field("movements_html").$wrapper.empty();
		if (frm.is_new()) return;
		show_state(frm);
		show_movements(frm);
		if (frm.perm[0].write) add_buttons(frm);
	},
});

function show_state(frm) {
	const { status, lost_on, replaced_by, close_reason } = frm.doc;
	if (status === "Lost") {
		frm.set_intro(__("Reported lost on {0}", [frappe.datetime.str_to_user(lost_on)]), "red");
	} else if (status === "Closed" && replaced_by) {
		const link = frappe.utils.get_form_link("Service Card", replaced_by, true);
		frm.set_intro(__("Replaced by card {0}", [link]), "orange");
	} else if (status === "Closed") {
		frm.set_intro(__("Closed: {0}", [frappe.utils.escape_html(close_reason || "")]), "orange");
	}
}

function add_buttons(frm) {
	const { status, cash_balance, subsidy_balance } = frm.doc;
	const more = __("More");
	const button = (kind, group) =>
		frm.add_custom_button(
			__(kind, null, "Card Transaction"),
			() =>
				property_service.cards.move(kind, { card_no: frm.doc.name, cash: cash_balance }, () =>
					frm.reload_doc()
				),
			group
		);
	if (status === "Active") {
		button("Cash Top-up").addClass("btn-primary");
		button("Report Loss");
		button("Grant Access", more);
		if (cash_balance) {
			button("Refund", more);
			button("Cash Deduction", more);
		}
		if (subsidy_balance) button("Subsidy Return", more);
	}
	if (status === "Lost") button("Cancel Loss");
	if (status !== "Closed") {
		button("Replace");
		button("Revoke Access", more);
		button("Close", more);
	}
	frm.add_custom_button(__("Print Statement"), () => frm.print_doc(), more);
}

async function show_movements(frm) {
	const rows = await frappe.db.get_list("Card Transaction", {
		filters: { service_card: frm.doc.name, docstatus: 1 },
		fields: [
			"name",
			"transacted_on",
			"transaction_type",
			"cash_amount",
			"subsidy_amount",
			"balance_after",
			"terminal",
			"reason",
		],
		order_by: "sequence desc",
		limit: 10,
	});
	const escape = frappe.utils.escape_html;
	const money = (value) => (value ? format_currency(value, frappe.boot.sysdefaults.currency) : "");
	const head = [
		__("Time"),
		__("Movement", null, "Service Card"),
		__("Change of Cash"),
		__("Change of Subsidy"),
		__("Balance After"),
		__("Remarks"),
	];
	const lines = rows.map(
		(row) => `<tr>
			<td>${frappe.utils.get_form_link("Card Transaction", row.name, true, frappe.datetime.str_to_user(row.transacted_on))}</td>
			<td>${escape(__(row.transaction_type, null, "Card Transaction"))}</td>
			<td class="text-right">${money(row.cash_amount)}</td>
			<td class="text-right">${money(row.subsidy_amount)}</td>
			<td class="text-right">${format_currency(row.balance_after, frappe.boot.sysdefaults.currency)}</td>
			<td>${escape(row.terminal || row.reason || "")}</td>
		</tr>`
	);
	frm.get_field("movements_html").$wrapper.html(
		`<table class="table table-sm" data-movements><thead><tr>${head
			.map((label, index) => `<th${index > 1 && index < 5 ? ' class="text-right"' : ""}>${label}</th>`)
			.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`
	);
}
