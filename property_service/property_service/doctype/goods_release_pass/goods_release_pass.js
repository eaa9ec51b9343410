const RELEASE_API = "property_service.property_service.doctype.goods_release_pass.goods_release_pass";

frappe.ui.form.on("Goods Release Pass", {
	setup(frm) {
		frm.set_query("property_unit", () => ({ filters: { company: frm.doc.company, disabled: 0 } }));
	},

	onload(frm) {
		frm.get_field("consent_file").df.options = { make_attachments_public: false };
	},

	refresh(frm) {
		show_intro(frm);
		if (frm.is_new() || !frm.perm[0].write) return;
		const { status } = frm.doc;
		if (status === "Awaiting Approval") {
			frm.add_custom_button(__("Approve", null, "Goods Release Pass"), () =>
				call(frm, "approve")
			).addClass("btn-primary");
			frm.add_custom_button(
				__("Reject", null, "Goods Release Pass"),
				() => with_reason(frm, "reject", __("Reject", null, "Goods Release Pass")),
				__("More")
			);
		}
		if (status === "Approved") {
			frm.add_custom_button(__("Print Slip"), () => frm.print_doc());
			frm.add_custom_button(__("Check at the Gate"), () =>
				frappe.set_route("gate-check", frm.doc.name)
			);
		}
		if (["Awaiting Approval", "Approved"].includes(status)) {
			frm.add_custom_button(
				__("Cancel Entry"),
				() => with_reason(frm, "cancel", __("Cancel Entry")),
				__("More")
			);
		}
	},

	carrier_kind(frm) {
		if (frm.doc.carrier_kind !== "Own Employee" && frm.doc.requested_by) {
			frm.set_value("requested_by", null);
		}
	},

	plate(frm) {
		const plain = (frm.doc.plate || "").replace(/[\s·•.-]/g, "").toUpperCase();
		if (plain !== frm.doc.plate) frm.set_value("plate", plain);
	},
});

frappe.ui.form.on("Goods Release Item", { value: preview_value, goods_remove: preview_value });

function preview_value(frm) {
	frm.set_value(
		"declared_value",
		(frm.doc.goods || []).reduce((sum, row) => flt(sum + flt(row.value, 2), 2), 0)
	);
}

function show_intro(frm) {
	const { status, approval_steps = [] } = frm.doc;
	if (!["Rejected", "Cancelled"].includes(status)) return;
	const reason = frappe.utils.escape_html((approval_steps.at(-1) || {}).comment || "");
	frm.set_intro(`${__(status, null, "Goods Release Pass")}: ${reason}`, "red");
}

function call(frm, method, args = {}) {
	return frappe
		.xcall(`${RELEASE_API}.${method}`, { name: frm.doc.name, ...args })
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
