// Certificates of what a receipt brought: one comes later, or the finance manager takes the goods without it (WH-11). Every
// rule is the server's; this only shows and asks.

(() => {
	const STEPS = "property_service.stock.receipt_steps";

	frappe.ui.form.on("Purchase Receipt", {
		refresh(frm) {
			if (frm.is_new() || frm.doc.is_return || frm.doc.docstatus === 2) return;
			const waiting = frm.doc.items.filter((row) =>
				frm.doc.docstatus ? row.waiting_qty > 0 : row.certificate_state === "Missing"
			);
			if (!waiting.length) return;
			const names = waiting.map((row) => frappe.utils.escape_html(row.item_name)).join("、");
			show_line(frm, __("Waiting for the certificate of conformity: {0}", [names]));
			if (frm.doc.docstatus && frappe.model.can_write("Purchase Receipt")) {
				frm.add_custom_button(__("Record Certificate"), () => record(frm, waiting));
			}
			if (frappe.user.has_role("Finance Manager")) {
				frm.add_custom_button(__("Take without Certificate"), () => exempt(frm, waiting));
			}
		},
	});

	// Frappe adds a line each time the form is drawn; this one stands once.
	function show_line(frm, text) {
		frm.layout.message.find(".waits-for-certificate").closest(".form-message").remove();
		frm.set_intro(`<span class="waits-for-certificate">${text}</span>`, "orange");
	}

	function row_field(rows) {
		return {
			fieldname: "row",
			fieldtype: "Select",
			label: __("Row"),
			options: rows.map((row) => ({ value: row.name, label: `${row.idx}. ${row.item_name}` })),
			default: rows[0].name,
			reqd: 1,
		};
	}

	function record(frm, rows) {
		const fields = [
			row_field(rows),
			{ fieldname: "number", fieldtype: "Data", label: __("Certificate Number") },
			{ fieldname: "file", fieldtype: "Attach", label: __("Certificate File") },
		];
		frappe.prompt(fields, (values) => take(frm, "record_certificate", values), __("Record Certificate"));
	}

	function exempt(frm, rows) {
		const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };
		frappe.prompt(
			[row_field(rows), reason],
			(values) => take(frm, "exempt_certificate", values),
			__("Take without Certificate")
		);
	}

	async function take(frm, method, values) {
		await frappe.xcall(`${STEPS}.${method}`, { receipt: frm.doc.name, ...values });
		frm.reload_doc();
	}
})();
