// Handing a ticket or a complaint over to a colleague, who accepts or declines (first-asked responsibility, SVC-02).

(() => {
	const API = "property_service.first_handler";
	const ENDED = ["Closed", "Cancelled"];

	["Repair Ticket", "Customer Complaint"].forEach((doctype) =>
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				if (frm.is_new() || !frm.perm[0]?.write || ENDED.includes(frm.doc.status)) return;
				const asked = (frm.doc.handler_transfers || []).find((row) => row.status === "Requested");
				if (asked && asked.to_user === frappe.session.user) answer(frm, asked);
				else if (at_the_desk())
					frm.add_custom_button(__("Hand Over"), () => hand_over(frm), __("More"));
			},
		})
	);

	function at_the_desk() {
		return ["Front Desk Clerk", "Service Manager"].some((role) => frappe.user.has_role(role));
	}

	function answer(frm, asked) {
		const from = frappe.user.full_name(asked.from_user);
		const reason = frappe.utils.escape_html(asked.reason);
		frm.set_intro(__("{0} asks you to take this over: {1}", [from, reason]), "orange");
		frm.add_custom_button(__("Take Over"), () => call(frm, "accept_transfer"));
		frm.add_custom_button(__("Decline"), () => call(frm, "decline_transfer"));
	}

	function hand_over(frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Hand Over"),
			fields: [
				{
					fieldname: "to_user",
					fieldtype: "Link",
					options: "User",
					label: __("To User"),
					reqd: 1,
					get_query: () => ({ query: `${API}.search_desk` }),
				},
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			],
			primary_action_label: __("Hand Over"),
			primary_action: (values) => call(frm, "request_transfer", values).then(() => dialog.hide()),
		});
		dialog.show();
	}

	function call(frm, method, values = {}) {
		return frappe
			.call({
				method: `${API}.${method}`,
				args: { doctype: frm.doctype, name: frm.doc.name, ...values },
				freeze: true,
			})
			.then(() => frm.reload_doc());
	}
})();
