// The clerk's form: the workflow's actions, each with what it asks for. The technician's panel: service_order_site.js.

frappe.provide("property_service.service_order");

const ORDER_API = "property_service.property_service.doctype.service_order.service_order";

frappe.ui.form.on("Service Order", {
	setup(frm) {
		frm.set_query("department", () => ({ filters: { company: frm.doc.company, is_group: 0 } }));
		frm.set_query("property_unit", () => ({ filters: { company: frm.doc.company, disabled: 0 } }));
		frm.set_query("property_unit", "rooms", () => ({
			filters: { company: frm.doc.company, disabled: 0, unit_type: "Guest Room" },
		}));
		frm.set_query("assigned_to", () => ({
			query: "property_service.property_service.doctype.service_order.assignment.search_staff",
			filters: { department: frm.doc.department, company: frm.doc.company },
		}));
	},

	refresh(frm) {
		show_intro(frm);
		add_buttons(frm);
		property_service.service_order.show_site_panel?.(frm);
	},

	department(frm) {
		if (frm.doc.assigned_to) frm.set_value("assigned_to", null);
	},

	// The menu of workflow actions asks for what the step needs, then calls the order's own method: Frappe's call
	// would drop everything that was typed. The promise stays open, so that Frappe does not go on by itself.
	before_workflow_action(frm) {
		frappe.dom.unfreeze();
		take_step(frm, frm.selected_workflow_action);
		return new Promise(() => {});
	},
});

frappe.ui.form.on("Service Order Material", {
	qty: (frm, cdt, cdn) => preview_amount(cdt, cdn),
	rate: (frm, cdt, cdn) => preview_amount(cdt, cdn),
});

function preview_amount(cdt, cdn) {
	const row = locals[cdt][cdn];
	frappe.model.set_value(cdt, cdn, "amount", flt(flt(row.qty) * flt(row.rate), 2));
}

function take_step(frm, action) {
	const step = {
		Dispatch: () => dispatch(frm),
		"Dispatch Again": () => dispatch(frm),
		Arrive: () => call(frm, "arrive"),
		Finish: () => finish(frm),
		Archive: () => archive(frm),
		"Return to Desk": () => with_reason(frm, "return_to_desk", __("Return to Desk")),
		"Cancel Order": () => with_reason(frm, "cancel", __("Cancel Order")),
	}[action];
	if (step) step();
}

function call(frm, method, args = {}) {
	return frappe
		.call({ method: `${ORDER_API}.${method}`, args: { order: frm.doc.name, ...args }, freeze: true })
		.then(() => frm.reload_doc());
}

function dispatch(frm) {
	if (frm.doc.department && frm.doc.assigned_to) return call(frm, "dispatch");
	const dialog = new frappe.ui.Dialog({
		title: __("Dispatch"),
		fields: [
			{
				fieldname: "department",
				fieldtype: "Link",
				options: "Department",
				label: __("Department"),
				reqd: 1,
				default: frm.doc.department,
				get_query: () => ({ filters: { company: frm.doc.company, is_group: 0 } }),
			},
			{
				fieldname: "assigned_to",
				fieldtype: "Link",
				options: "Employee",
				label: __("Assigned To", null, "Service Order"),
				reqd: 1,
				default: frm.doc.assigned_to,
				get_query: () => ({
					query: "property_service.property_service.doctype.service_order.assignment.search_staff",
					filters: { department: dialog.get_value("department"), company: frm.doc.company },
				}),
			},
			{
				fieldname: "planned_for",
				fieldtype: "Datetime",
				label: __("Planned For"),
				default: frm.doc.planned_for,
			},
		],
		primary_action_label: __("Dispatch"),
		primary_action: (values) => call(frm, "dispatch", values).then(() => dialog.hide()),
	});
	dialog.show();
}

function finish(frm) {
	if (frm.doc.work_done && frm.doc.sign_off_method) return call(frm, "finish");
	frm.scroll_to_field(frm.doc.work_done ? "sign_off_method" : "work_done");
	frappe.show_alert({
		message: __("Write down what was done and how it was signed off, then finish."),
		indicator: "orange",
	});
}

function archive(frm) {
	if (frm.doc.signed_off || !frappe.user.has_role("Service Manager")) return call(frm, "archive");
	frappe.prompt(
		{ fieldname: "note", fieldtype: "Small Text", label: __("Why is the slip filed unsigned?"), reqd: 1 },
		({ note }) => call(frm, "archive", { note }),
		__("Archive")
	);
}

// The technician's panel asks for the reason in the same way.
property_service.service_order.return_to_desk = (frm) =>
	with_reason(frm, "return_to_desk", __("Return to Desk"));

function with_reason(frm, method, title) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) => call(frm, method, { reason }),
		title
	);
}

function confirm_by_phone(frm) {
	frappe.prompt(
		[
			{
				fieldname: "name",
				fieldtype: "Data",
				label: __("Who confirmed on the phone?"),
				reqd: 1,
				default: frm.doc.customer_name,
			},
			{
				fieldname: "satisfaction",
				fieldtype: "Select",
				label: __("Customer's Opinion"),
				options: frm.get_field("customer_satisfaction").df.options,
			},
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		],
		(values) => call(frm, "confirm_by_phone", values),
		__("Phone Confirmation")
	);
}

function bill(frm) {
	frappe.prompt(
		{
			fieldname: "bill_to",
			fieldtype: "Link",
			options: "Customer",
			label: __("Bill To"),
			default: frm.doc.bill_to,
			description: __("Empty means the household of the resident, or who owns or rents the unit"),
		},
		({ bill_to }) =>
			frappe
				.call({
					method: `${ORDER_API}.bill`,
					args: { order: frm.doc.name, bill_to },
					freeze: true,
				})
				.then(({ message }) => {
					frappe.show_alert({
						message: __("Draft {0} made", [
							frappe.utils.get_form_link("Sales Invoice", message, true),
						]),
						indicator: "green",
					});
					return frm.reload_doc();
				}),
		__("Bill the Customer"),
		__("Make Draft Invoice")
	);
}

function mark_rooms(frm, room_status) {
	const from = room_status === "Cleaned" ? "Pending" : "Cleaned";
	const rooms = frm.doc.rooms.filter((row) => row.room_status === from);
	frappe.prompt(
		{
			fieldname: "rows",
			fieldtype: "MultiCheck",
			label: __("Rooms"),
			columns: 2,
			options: rooms.map((row) => ({
				value: row.name,
				label: frappe.utils.get_link_title("Property Unit", row.property_unit) || row.property_unit,
				checked: 1,
			})),
		},
		({ rows }) =>
			frappe
				.call({
					method: "property_service.property_service.doctype.service_order.guest_rooms.mark_rooms",
					args: { order: frm.doc.name, rows, room_status },
					freeze: true,
				})
				.then(() => frm.reload_doc()),
		__("Mark Rooms as {0}", [__(room_status)])
	);
}

function is_desk() {
	return ["Front Desk Clerk", "Service Manager", "System Manager"].some((role) =>
		frappe.user.has_role(role)
	);
}

function add_buttons(frm) {
	if (frm.is_new()) return;
	const { status, signed_off, rooms = [] } = frm.doc;
	const has = (room_status) => rooms.some((row) => row.room_status === room_status);
	if (is_desk() && status === "Finished" && !signed_off) {
		frm.add_custom_button(__("Confirm by Phone"), () => confirm_by_phone(frm));
	}
	if (is_desk() && ["Finished", "Archived"].includes(status) && frm.doc.billing_status === "To Bill") {
		frm.add_custom_button(__("Bill the Customer"), () => bill(frm));
	}
	if (status === "In Progress" && has("Pending")) {
		frm.add_custom_button(__("Rooms Cleaned"), () => mark_rooms(frm, "Cleaned"));
	}
	if (is_desk() && ["In Progress", "Finished"].includes(status) && has("Cleaned")) {
		frm.add_custom_button(__("Rooms Inspected"), () => mark_rooms(frm, "Inspected"));
	}
	if (!["Draft", "Cancelled"].includes(status)) {
		frm.add_custom_button(__("Print Slip"), () => frm.print_doc());
	}
}

function show_intro(frm) {
	const { status, return_reason, cancel_reason, signed_off } = frm.doc;
	if (status === "Returned to Desk") {
		frm.set_intro(
			__("Returned by the department: {0}", [frappe.utils.escape_html(return_reason)]),
			"orange"
		);
	} else if (status === "Cancelled") {
		frm.set_intro(__("Cancelled: {0}", [frappe.utils.escape_html(cancel_reason)]), "red");
	} else if (status === "Finished") {
		frm.set_intro(
			signed_off
				? __("Signed off. The slip has not come back to the desk yet.")
				: __("Finished, but not signed off yet."),
			"orange"
		);
	}
}
