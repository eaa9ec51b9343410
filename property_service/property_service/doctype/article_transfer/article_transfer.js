const TRANSFER_STEPS = "property_service.property_service.doctype.article_transfer.article_transfer";

frappe.ui.form.on("Article Transfer", {
	setup(frm) {
		for (const fieldname of ["from_employee", "to_employee"]) {
			frm.set_query(fieldname, () => ({ filters: { company: frm.doc.company } }));
		}
		frm.set_query("document", "items", (doc, cdt, cdn) => things_of_giver(doc, locals[cdt][cdn]));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const { status } = frm.doc;
		if (status !== "Draft") frm.disable_form();
		if (status === "Draft") {
			frm.add_custom_button(__("Give", null, "Article Transfer"), () =>
				transfer_step(frm, "give")
			).addClass("btn-primary");
		}
		if (status === "Given") {
			frm.add_custom_button(__("Take Over", null, "Article Transfer"), () =>
				transfer_step(frm, "take_over")
			).addClass("btn-primary");
		}
		if (["Draft", "Given"].includes(status) && frm.perm[0].write) {
			frm.add_custom_button(__("Cancel Transfer"), () =>
				frappe.prompt(
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
					({ reason }) => transfer_step(frm, "cancel", { reason }),
					__("Cancel Transfer")
				)
			);
		}
	},
});

function things_of_giver(doc, row) {
	if (row.document_type === "Tool Custody") {
		return {
			filters: { holder: doc.from_employee || "", status: "In Use", custody_kind: "To Keep" },
		};
	}
	const status = doc.kind === "Back in Use" ? ["Idle"] : ["In Use", "Under Repair"];
	const whose = doc.from_employee
		? { user_employee: doc.from_employee }
		: { department: doc.from_department || "" };
	return { filters: { company: doc.company, status: ["in", status], ...whose } };
}

async function transfer_step(frm, method, args = {}) {
	if (frm.is_dirty()) await frm.save();
	return frappe
		.xcall(`${TRANSFER_STEPS}.${method}`, { transfer: frm.doc.name, ...args })
		.then(() => frm.reload_doc())
		.catch(() => {}); // the refusal is on the screen; a button whose promise fails would stay disabled
}
