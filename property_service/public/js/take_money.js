// Taking and paying money at the till: one dialog for the forms and lists of the front desk (CASH-01).
frappe.provide("property_service.till");

property_service.till.api = "property_service.property_service.doctype.front_desk_receipt.front_desk_receipt";

// frappe.call tells the user of a refusal by itself, and leaves nothing unhandled behind.
property_service.till.take_money = function (values = {}, done = () => {}) {
	frappe.call({
		method: `${property_service.till.api}.choices`,
		callback: (answer) => answer.message && show_dialog(answer.message, values, done),
	});
};

function show_dialog(choices, values, done) {
	const api = property_service.till.api;
	// A double click, or a retry after a lost answer, makes no second receipt.
	const request_id = frappe.utils.get_random(20);
	const out = values.direction === "Out";
	const dialog = new frappe.ui.Dialog({
		title: out ? __("Pay Out") : __("Take Money"),
		fields: [
			{ fieldname: "direction", fieldtype: "Data", hidden: 1, default: values.direction || "In" },
			{
				fieldname: "original_receipt",
				fieldtype: "Link",
				options: "Front Desk Receipt",
				label: __("Pays Back or Corrects"),
				hidden: out ? 0 : 1,
				get_query: () => ({ filters: { docstatus: 1 } }),
				onchange: () => take_over_original(dialog),
			},
			{
				fieldname: "purpose",
				fieldtype: "Link",
				options: "Receipt Purpose",
				label: __("Receipt Purpose"),
				reqd: 1,
				only_select: 1,
				get_query: () => ({ filters: { name: ["in", choices.purposes] } }),
			},
			{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1 },
			{
				fieldname: "mode_of_payment",
				fieldtype: "Select",
				label: __("Mode of Payment"),
				options: choices.modes,
				default: choices.modes[0],
				reqd: 1,
			},
			{ fieldname: "column_break", fieldtype: "Column Break" },
			{
				fieldname: "payer",
				fieldtype: "Data",
				label: out ? __("Payee") : __("Payer"),
			},
			{
				fieldname: "resident",
				fieldtype: "Link",
				options: "Resident",
				label: __("Resident"),
				only_select: 1,
			},
			{
				fieldname: "reference_name",
				fieldtype: "Link",
				options: "Sales Invoice",
				label: __("Sales Invoice"),
				only_select: 1,
				depends_on: "eval:doc.purpose === 'Invoice Payment'",
				get_query: () => ({ filters: { docstatus: 1, outstanding_amount: [">", 0] } }),
			},
			{ fieldname: "remarks", fieldtype: "Small Text", label: __("Remarks") },
		],
		primary_action_label: out ? __("Pay Out") : __("Take Money"),
		primary_action(entered) {
			const args = { ...entered, request_id };
			if (args.reference_name) args.reference_doctype = "Sales Invoice";
			// Money that takes no receipt back waits as a draft for the service manager.
			const waits = out && !args.original_receipt;
			frappe.call({
				method: waits ? "frappe.client.insert" : `${api}.issue`,
				args: waits ? { doc: { doctype: "Front Desk Receipt", ...args } } : args,
				freeze: true,
				callback(answer) {
					dialog.hide();
					if (waits) frappe.set_route("Form", "Front Desk Receipt", answer.message.name);
					else tell(answer.message);
					done(answer.message);
				},
			});
		},
	});
	dialog.set_values(values);
	dialog.show();
}

function tell(receipt) {
	const query = new URLSearchParams({
		doctype: "Front Desk Receipt",
		name: receipt.name,
		format: "Front Desk Receipt Sheet",
		no_letterhead: 1,
		trigger_print: 1,
	});
	const link = `<a href="/printview?${query}" target="_blank">${__("Print")}</a>`;
	const number = frappe.utils.escape_html(receipt.receipt_no);
	frappe.show_alert({ message: `${__("Receipt {0}", [number])} ${link}`, indicator: "green" }, 15);
}

async function take_over_original(dialog) {
	const name = dialog.get_value("original_receipt");
	if (!name || dialog.get_value("purpose")) return;
	const { message } = await frappe.db.get_value("Front Desk Receipt", name, [
		"purpose",
		"amount",
		"payer",
		"mode_of_payment",
	]);
	const refund = message.purpose === "Key Deposit" ? "Key Deposit Refund" : null;
	dialog.set_values({ ...message, purpose: refund || message.purpose });
}
