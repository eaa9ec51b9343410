const TOOL_STEPS = "property_service.property_service.doctype.tool_request.steps";

frappe.ui.form.on("Tool Request", {
	setup(frm) {
		frm.set_query("store", () => ({
			query: "property_service.stock.stores.store_query",
			filters: { company: frm.doc.company },
		}));
		frm.set_query("holder", () => ({ filters: { status: "Active", company: frm.doc.company } }));
		for (const fieldname of ["item_code", "new_item"]) {
			frm.set_query(fieldname, "tools", () => ({ filters: { is_tool: 1, disabled: 0 } }));
		}
		frm.set_query("custody", "tools", () => ({
			filters: {
				holder: frm.doc.holder || "",
				status: "In Use",
				...(frm.doc.kind === "Exchange" ? { custody_kind: "To Keep" } : {}),
			},
		}));
	},

	async onload(frm) {
		if (!frm.is_new()) return;
		if (!frm.doc.store && frm.doc.company) {
			frm.set_value(
				"store",
				await frappe.xcall("property_service.stock.stores.default_store", {
					company: frm.doc.company,
				})
			);
		}
	},

	refresh(frm) {
		const { status, kind } = frm.doc;
		if (frm.is_new() || !frm.perm[0].write) return;
		if (status !== "Draft") {
			for (const fieldname of ["company", "kind", "store", "holder", "due_on", "purpose", "tools"]) {
				frm.set_df_property(fieldname, "read_only", 1);
			}
		}
		const is_storekeeper = frappe.user.has_role("Storekeeper");
		const is_head = ["Department Head", "General Manager"].some((role) => frappe.user.has_role(role));
		const primary = (label, method) =>
			frm.add_custom_button(label, () => tool_step(frm, method)).addClass("btn-primary");
		if (status === "Draft" && kind !== "Return") primary(__("Send for Signature"), "send");
		if (status === "Draft" && kind === "Return" && is_storekeeper) {
			primary(__("Take Back", null, "Tool Request"), "take_back");
		}
		if (status === "Pending Signature" && is_head) {
			primary(__("Approve"), "approve");
			frm.add_custom_button(__("Reject"), () => tool_step_with_reason(frm, "reject", __("Reject")));
		}
		if (status === "Approved" && is_storekeeper)
			primary(__("Hand Out", null, "Tool Request"), "hand_out");
		if (status === "Taken Back" && is_head) primary(__("Confirm Return"), "confirm");
		if (["Draft", "Pending Signature", "Approved"].includes(status)) {
			frm.add_custom_button(
				__("Cancel Request"),
				() => tool_step_with_reason(frm, "cancel", __("Cancel Request")),
				__("More")
			);
		}
	},
});

async function tool_step(frm, method, args = {}) {
	if (frm.is_dirty()) await frm.save();
	return frappe
		.xcall(`${TOOL_STEPS}.${method}`, { request: frm.doc.name, ...args })
		.then(() => frm.reload_doc())
		.catch(() => {}); // the refusal is on the screen; a button whose promise fails would stay disabled
}

function tool_step_with_reason(frm, method, title) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		({ reason }) => tool_step(frm, method, { reason }),
		title
	);
}
