const WATER_API = "property_service.property_service.doctype.drinking_water_order.drinking_water_order";

frappe.ui.form.on("Drinking Water Order", {
	setup(frm) {
		frm.set_query("property_unit", () => ({ filters: { company: frm.doc.company, disabled: 0 } }));
		frm.set_query("item", () => ({
			query: `${WATER_API}.waters`,
			filters: { company: frm.doc.company },
		}));
	},

	refresh(frm) {
		show_intro(frm);
		if (frm.is_new() || !frm.perm[0].write) return;
		const { status } = frm.doc;
		if (status === "Ordered") {
			const button = frm.add_custom_button(__("Record Delivery"), () => record_delivery(frm));
			if (is_brought(frm) || !frm.doc.qty) button.addClass("btn-primary");
		}
		if (frm.doc.deposit_receipt && frm.doc.deposit > frm.doc.deposit_refunded && status !== "Cancelled") {
			frm.add_custom_button(__("Refund Deposit"), () => refund_deposit(frm), __("More"));
		}
		if (status === "Ordered" || (status === "Delivered" && is_manager())) {
			frm.add_custom_button(
				__("Cancel Entry"),
				() => with_reason(frm, "cancel", __("Cancel Entry")),
				__("More")
			);
		}
	},
});

function is_brought(frm) {
	return ["Finished", "Archived"].includes(frm.doc.order_status);
}

function is_manager() {
	return ["Service Manager", "System Manager"].some((role) => frappe.user.has_role(role));
}

function show_intro(frm) {
	const { status, order_status, approval_steps = [] } = frm.doc;
	if (status === "Cancelled") {
		const reason = frappe.utils.escape_html((approval_steps.at(-1) || {}).comment || "");
		frm.set_intro(__("Cancelled: {0}", [reason]), "red");
	} else if (status === "Ordered" && is_brought(frm)) {
		frm.set_intro(__("The water was brought. Count the empties and record the delivery."), "green");
	} else if (status === "Ordered" && order_status) {
		frm.set_intro(__("Service order: {0}", [__(order_status)]), "blue");
	}
}

function record_delivery(frm) {
	frappe.prompt(
		[
			{
				fieldname: "delivered_qty",
				fieldtype: "Int",
				label: __("Delivered"),
				default: frm.doc.qty,
				reqd: frm.doc.qty ? 1 : 0,
			},
			{
				fieldname: "empties_back",
				fieldtype: "Int",
				label: __("Empties Back"),
				default: frm.doc.empties_back,
			},
			{
				fieldname: "received_by",
				fieldtype: "Data",
				label: __("Received By"),
				description: __("Empty: who signed the slip"),
			},
		],
		(values) =>
			call(frm, "deliver", {
				delivered_qty: cint(values.delivered_qty),
				empties_back: cint(values.empties_back),
				received_by: values.received_by,
			}),
		__("Record Delivery")
	);
}

function refund_deposit(frm) {
	frappe.prompt(
		{
			fieldname: "mode_of_payment",
			fieldtype: "Link",
			options: "Mode of Payment",
			label: __("Mode of Payment"),
			default: frm.doc.mode_of_payment,
			reqd: 1,
		},
		(values) => call(frm, "refund_deposit", values),
		__("Refund Deposit")
	);
}

function call(frm, method, args = {}) {
	return frappe
		.xcall(`${WATER_API}.${method}`, { name: frm.doc.name, ...args })
		.then(() => frm.reload_doc())
		.catch(() => {}); // the refusal is on the screen; a button whose promise fails would stay disabled
}

function with_reason(frm, method, title) {
	const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
	if (frm.doc.receipt || frm.doc.deposit_receipt) {
		fields.push({
			fieldname: "mode_of_payment",
			fieldtype: "Link",
			options: "Mode of Payment",
			label: __("Pay Back By"),
			description: __("Only when the till of the receipt is closed already"),
		});
	}
	frappe.prompt(fields, (values) => call(frm, method, values), title);
}
