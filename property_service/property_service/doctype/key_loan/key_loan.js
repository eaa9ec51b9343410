frappe.ui.form.on("Key Loan", {
	refresh(frm) {
		show_intro(frm);
		if (frm.is_new() || !frm.perm[0].write) return;
		add_money_buttons(frm);
		if (frm.doc.status !== "Lent") return;
		frm.add_custom_button(__("Take Back"), () => call(frm, "key_loan.take_back")).addClass("btn-primary");
		frm.add_custom_button(__("Take Back Damaged"), () => take_back_damaged(frm), __("More"));
		frm.add_custom_button(__("Report Lost"), () => report_lost(frm), __("More"));
		if (is_manager()) frm.add_custom_button(__("Extend"), () => extend(frm), __("More"));
		frm.add_custom_button(
			__("Cancel Entry"),
			() => with_reason(frm, "key_loan.cancel", __("Cancel Entry")),
			__("More")
		);
		frm.add_custom_button(__("Record Call"), () => record_call(frm));
	},

	borrower_kind(frm) {
		const { borrower_kind } = frm.doc;
		if (borrower_kind !== "Resident" && frm.doc.resident) frm.set_value("resident", null);
		if (borrower_kind !== "Employee" && frm.doc.employee) frm.set_value("employee", null);
	},

	loan_kind(frm) {
		if (frm.doc.loan_kind === "Residence") {
			frm.set_value({ borrower_kind: "Resident", due_on: null });
		}
	},
});

function show_intro(frm) {
	const { status, due_on, approval_steps = [] } = frm.doc;
	const reason = frappe.utils.escape_html((approval_steps.at(-1) || {}).comment || "");
	if (status === "Lent" && due_on && due_on < frappe.datetime.now_datetime()) {
		frm.set_intro(__("Overdue since {0}", [frappe.datetime.str_to_user(due_on)]), "red");
	} else if (status === "Lost") {
		frm.set_intro(__("Lost: {0}", [reason]), "red");
	} else if (status === "Cancelled") {
		frm.set_intro(__("Cancelled: {0}", [reason]), "orange");
	}
}

function is_manager() {
	return ["Service Manager", "System Manager"].some((role) => frappe.user.has_role(role));
}

function call(frm, method, args = {}) {
	return frappe
		.xcall(`property_service.property_service.doctype.key_loan.${method}`, {
			loan: frm.doc.name,
			...args,
		})
		.then(() => frm.reload_doc())
		.catch(() => {}); // the refusal is on the screen; a button whose promise fails would stay disabled
}

function with_reason(frm, method, title) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) => call(frm, method, { reason }),
		title
	);
}

function take_back_damaged(frm) {
	frappe.prompt(
		{ fieldname: "remarks", fieldtype: "Small Text", label: __("What is damaged?"), reqd: 1 },
		({ remarks }) => call(frm, "key_loan.take_back", { condition: "Damaged", remarks }),
		__("Take Back Damaged")
	);
}

function add_money_buttons(frm) {
	const { status, deposit_held, compensation, compensation_receipt } = frm.doc;
	if (status !== "Lent" && deposit_held > 0) {
		frm.add_custom_button(__("Refund Deposit"), () =>
			with_mode(frm, "key_loan.refund_deposit", __("Refund Deposit"), frm.doc.mode_of_payment)
		);
	}
	if (status === "Lost" && compensation > 0 && !compensation_receipt) {
		frm.add_custom_button(__("Take Compensation"), () =>
			with_mode(frm, "key_loan.pay_compensation", __("Take Compensation"))
		).addClass("btn-primary");
		if (is_manager()) {
			frm.add_custom_button(
				__("Waive Compensation"),
				() => with_reason(frm, "key_loan.waive_compensation", __("Waive Compensation")),
				__("More")
			);
		}
	}
}

function mode_field(label, value, reqd) {
	return {
		fieldname: "mode_of_payment",
		fieldtype: "Link",
		options: "Mode of Payment",
		label,
		default: value,
		reqd,
	};
}

function with_mode(frm, method, title, value) {
	frappe.prompt(mode_field(__("Mode of Payment"), value, 1), (values) => call(frm, method, values), title);
}

function report_lost(frm) {
	frappe.prompt(
		[
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			{
				fieldname: "compensation",
				fieldtype: "Currency",
				label: __("Compensation"),
				description: __("Empty: as the settings say"),
			},
			mode_field(__("Paid at once by")),
		],
		(values) =>
			call(frm, "key_loan.report_lost", {
				...values,
				compensation: values.compensation ? flt(values.compensation) : null,
			}),
		__("Report Lost")
	);
}

function extend(frm) {
	frappe.prompt(
		[
			{ fieldname: "due_on", fieldtype: "Datetime", label: __("Due On"), reqd: 1 },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		(values) => call(frm, "key_loan.extend", values),
		__("Extend")
	);
}

function record_call(frm) {
	frappe.prompt(
		{ fieldname: "note", fieldtype: "Data", label: __("What did the borrower say?"), reqd: 1 },
		({ note }) => call(frm, "chasing.record_call", { note }),
		__("Record Call")
	);
}
