frappe.ui.form.on("Follow Up", {
	setup(frm) {
		frm.set_query("reference_doctype", () => ({
			filters: { name: ["in", ["Repair Ticket", "Customer Complaint", "Service Order", "Resident"]] },
		}));
	},

	refresh(frm) {
		const settled = !frm.is_new() && frm.doc.status !== "Open";
		frm.set_df_property("attempts", "cannot_add_rows", settled);
		frm.set_df_property("attempts", "cannot_delete_rows", true);
		["score", "method", "due_on", "assigned_to"].forEach((fieldname) =>
			frm.set_df_property(fieldname, "read_only", settled ? 1 : 0)
		);
		if (!frm.is_new())
			frm.page.set_indicator(__(frm.doc.status), property_service_follow_up_colour(frm.doc.status));
		if (!settled && !frm.is_new()) {
			frm.add_custom_button(__("Reached"), () => add_attempt(frm, 1)).addClass("btn-primary");
			frm.add_custom_button(__("Not Reached"), () => add_attempt(frm, 0).then(() => frm.save()));
		}
	},
});

function property_service_follow_up_colour(status) {
	return { Open: "orange", Reached: "green", "Not Reached": "gray" }[status] || "darkgrey";
}

// One click per call; the server writes who and when.
function add_attempt(frm, reached) {
	frm.add_child("attempts", { method: frm.doc.method || "Phone", reached });
	frm.refresh_field("attempts");
	frm.dirty();
	if (reached) frm.get_field("score").$input?.focus().select();
	return Promise.resolve();
}
