const REPAIR_STEPS = "property_service.property_service.doctype.article_repair.article_repair";

frappe.ui.form.on("Article Repair", {
	setup(frm) {
		frm.set_query("article", () => ({
			filters: { company: frm.doc.company, status: ["in", ["In Use", "Idle"]] },
		}));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) return;
		const { status } = frm.doc;
		const has = (...roles) => roles.some((role) => frappe.user.has_role(role));
		if (status === "Draft") {
			frm.add_custom_button(__("Send to Repair"), () => repair_step(frm, "send")).addClass(
				"btn-primary"
			);
		}
		if (status === "Under Repair" && has("Admin HR")) {
			frm.add_custom_button(__("Decide Cause"), () => decide_cause(frm)).addClass("btn-primary");
		}
		if (status === "Cause Decided" && has("Stores Accountant", "Finance Manager")) {
			frm.add_custom_button(__("Finish Repair"), () => finish_repair(frm)).addClass("btn-primary");
		}
		if (["Draft", "Under Repair", "Cause Decided"].includes(status)) {
			frm.add_custom_button(__("Cancel Repair"), () =>
				frappe.prompt(
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
					({ reason }) => repair_step(frm, "cancel", { reason }),
					__("Cancel Repair")
				)
			);
		}
	},
});

async function repair_step(frm, method, args = {}) {
	if (frm.is_dirty()) await frm.save();
	return frappe
		.xcall(`${REPAIR_STEPS}.${method}`, { repair: frm.doc.name, ...args })
		.then(() => frm.reload_doc())
		.catch(() => {}); // the refusal is on the screen; a button whose promise fails would stay disabled
}

function decide_cause(frm) {
	const options = ["Natural", "Human"].map((value) => ({
		value,
		label: __(value, null, "Article Repair"),
	}));
	frappe.prompt(
		[
			{
				fieldname: "cause",
				fieldtype: "Select",
				label: __("Cause", null, "Article Repair"),
				options,
				reqd: 1,
			},
			{
				fieldname: "responsible",
				fieldtype: "Link",
				options: "Employee",
				label: __("Responsible Person", null, "Article Repair"),
				default: frm.doc.user_employee,
				depends_on: "eval:doc.cause=='Human'",
				mandatory_depends_on: "eval:doc.cause=='Human'",
			},
			{ fieldname: "finding", fieldtype: "Small Text", label: __("Finding"), reqd: 1 },
		],
		(values) => repair_step(frm, "decide_cause", values),
		__("Decide Cause")
	);
}

function finish_repair(frm) {
	frappe.prompt(
		[
			{ fieldname: "cost", fieldtype: "Currency", label: __("Cost", null, "Article Repair") },
			{
				fieldname: "paid_from",
				fieldtype: "Link",
				options: "Account",
				label: __("Paid From", null, "Article Repair"),
				get_query: () => ({ filters: { company: frm.doc.company, is_group: 0 } }),
			},
			{ fieldname: "supplier", fieldtype: "Link", options: "Supplier", label: __("Supplier") },
			{
				fieldname: "purchase_invoice",
				fieldtype: "Link",
				options: "Purchase Invoice",
				label: __("Purchase Invoice"),
				description: __("Instead of cost and account, where the repair was invoiced and booked"),
				get_query: () => ({ filters: { company: frm.doc.company, docstatus: 1 } }),
			},
			{ fieldname: "work_done", fieldtype: "Small Text", label: __("Work Done") },
		],
		(values) => repair_step(frm, "finish", values),
		__("Finish Repair")
	);
}
