// Moving a card at the desk: one dialog for the form, the list and the reception counter (DESK-01, DESK-02).
frappe.provide("property_service.cards");

const CARD_API = "property_service.property_service.doctype.card_transaction.actions";
const BY_TILL = ["Cash Top-up", "Refund"];
const AMOUNTS = ["Cash Top-up", "Refund", "Cash Deduction", "Subsidy Return"];
const REASONS = ["Cash Deduction", "Close"];

// `values`: {card_no, cash} as far as they are known; `done` gets what the server answers.
property_service.cards.move = function (kind, values = {}, done = () => {}) {
	const pays_out = kind === "Close" && flt(values.cash) > 0;
	if (!BY_TILL.includes(kind) && !pays_out) return show_card_dialog(kind, values, null, done);
	frappe.call({
		method: "property_service.property_service.doctype.front_desk_receipt.front_desk_receipt.choices",
		callback: (answer) => answer.message && show_card_dialog(kind, values, answer.message.modes, done),
	});
};

function show_card_dialog(kind, values, modes, done) {
	// A double click, or a retry after a lost answer, moves the card once.
	const request_id = frappe.utils.get_random(20);
	const dialog = new frappe.ui.Dialog({
		title: __(kind, null, "Card Transaction"),
		fields: dialog_fields(kind, values, modes),
		primary_action_label: __(kind, null, "Card Transaction"),
		primary_action(entered) {
			frappe.call({
				method: `${CARD_API}.make`,
				args: { ...entered, transaction_type: kind, request_id },
				freeze: true,
				callback(answer) {
					dialog.hide();
					tell_movement(answer.message);
					done(answer.message);
				},
			});
		},
	});
	dialog.show();
	// A reader of cards types the number and Enter: the hand goes on to the amount.
	// A number that is known already is only shown, and has no input.
	dialog.fields_dict.card_no.$input?.on("keydown", (event) => {
		const amount = dialog.fields_dict.amount;
		if (event.key === "Enter" && amount && !flt(dialog.get_value("amount"))) {
			event.stopPropagation();
			event.preventDefault();
			amount.$input.focus();
		}
	});
	if (values.card_no && dialog.fields_dict.amount) {
		dialog.$wrapper.one("shown.bs.modal", () => dialog.fields_dict.amount.$input.focus());
	}
}

function dialog_fields(kind, values, modes) {
	const fields = [
		{
			fieldname: "card_no",
			fieldtype: "Data",
			label: __("Card No."),
			reqd: 1,
			default: values.card_no,
			read_only: values.card_no ? 1 : 0,
		},
	];
	if (AMOUNTS.includes(kind)) {
		fields.push({ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1 });
	}
	if (modes) {
		fields.push({
			fieldname: "mode_of_payment",
			fieldtype: "Select",
			label: __("Mode of Payment"),
			options: modes,
			default: modes[0],
			reqd: 1,
		});
	}
	if (kind === "Replace") {
		fields.push({
			fieldname: "new_card_no",
			fieldtype: "Data",
			label: __("New Card No."),
			reqd: 1,
			description: __("Balance and doors move to it; the old card is closed"),
		});
	}
	if (["Grant Access", "Revoke Access"].includes(kind)) {
		fields.push({
			fieldname: "access_area",
			fieldtype: "Link",
			options: "Access Area",
			label: __("Access Area"),
			reqd: kind === "Grant Access" ? 1 : 0,
			only_select: 1,
			description: kind === "Revoke Access" ? __("Empty means every door") : "",
			get_query: () => ({ filters: { disabled: 0 } }),
		});
	}
	if (kind === "Grant Access") {
		fields.push(
			{
				fieldname: "valid_from",
				fieldtype: "Date",
				label: __("Valid From"),
				default: frappe.datetime.get_today(),
			},
			{ fieldname: "valid_until", fieldtype: "Date", label: __("Valid Until") }
		);
	}
	fields.push({
		fieldname: "reason",
		fieldtype: "Small Text",
		label: __("Reason"),
		reqd: REASONS.includes(kind) ? 1 : 0,
	});
	return fields;
}

function tell_movement(moved) {
	const escape = frappe.utils.escape_html;
	const balance = format_currency(moved.balance, frappe.boot.sysdefaults.currency);
	const message = [__("Card {0}: balance {1}", [escape(moved.card_no), balance])];
	if (moved.receipt) {
		const query = new URLSearchParams({
			doctype: "Front Desk Receipt",
			name: moved.receipt,
			format: "Front Desk Receipt Sheet",
			no_letterhead: 1,
			trigger_print: 1,
		});
		const number = escape(moved.receipt_no);
		message.push(
			`${__("Receipt {0}", [number])} <a href="/printview?${query}" target="_blank">${__("Print")}</a>`
		);
	}
	frappe.show_alert({ message: message.join("<br>"), indicator: "green" }, 15);
}
