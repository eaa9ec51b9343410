// The month's documents (LV-15): handed in by the store, checked and locked by the finance manager.

(() => {
	const API = "property_service.property_service.doctype.monthly_archive.monthly_archive";

	frappe.ui.form.on("Monthly Archive", {
		refresh(frm) {
			const grid = frm.get_field("lines").grid;
			grid.cannot_add_rows = grid.cannot_delete_rows = true;
			frm.toggle_display("unfinished_section", Boolean(frm.doc.unfinished));
			frm.set_intro("");
			if (frm.doc.status === "Returned" && frm.doc.decision_reason) {
				frm.set_intro(frappe.utils.escape_html(frm.doc.decision_reason), "red");
			}
			if (frm.is_new() || !frm.perm[0].write) return;
			if (["Open", "Returned"].includes(frm.doc.status)) {
				frm.add_custom_button(__("Hand In", null, "Monthly Archive"), () =>
					call(frm, "hand_in")
				).addClass("btn-primary");
			}
			if (frm.doc.status === "Handed In" && frappe.user.has_role("Finance Manager")) {
				frm.add_custom_button(__("Return"), () =>
					frappe.prompt(
						{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
						({ reason }) => call(frm, "send_back", { reason }),
						__("Return")
					)
				);
				frm.add_custom_button(__("Check and Lock"), () =>
					frappe.confirm(
						__("Lock these documents and the month? Nothing of them changes afterwards."),
						() => call(frm, "check")
					)
				).addClass("btn-primary");
			}
		},
	});

	function call(frm, method, values = {}) {
		return frappe
			.xcall(`${API}.${method}`, { name: frm.doc.name, ...values })
			.then(() => frm.reload_doc())
			.catch(() => {}); // the refusal is on the screen
	}
})();
