// Stock slips on their way to the accountant. Every rule is the server's; this only shows and asks (WH-16).

(() => {
	const HANDOVER = "property_service.property_service.doctype.slip_handover.slip_handover";

	frappe.ui.form.on("Slip Handover", {
		refresh(frm) {
			lay_out(frm);
			if (frm.is_new()) return offer_collecting(frm);
			const storekeeper = frappe.user.has_role("Storekeeper");
			const accountant =
				frappe.user.has_role("Stores Accountant") && frm.doc.handed_over_by !== frappe.session.user;
			const checked = frm.doc.slips.some((row) => row.result !== "Open");
			if (frm.doc.status !== "Draft" || !storekeeper) frm.disable_form();
			if (frm.doc.status === "Draft" && storekeeper) {
				button(frm, __("Hand Over"), () => run(frm, "hand_over"), true);
			}
			if (frm.doc.status === "Handed Over" && accountant) {
				button(frm, __("Accept What Agrees"), () => run(frm, "accept"), true);
				button(frm, __("Send Slip Back"), () => send_back(frm));
			}
			if (["Draft", "Handed Over"].includes(frm.doc.status) && storekeeper && !checked) {
				button(frm, __("Cancel Handover"), () => cancel(frm));
			}
		},
	});

	function lay_out(frm) {
		const grid = frm.get_field("slips").grid;
		grid.cannot_add_rows = true;
		grid.wrapper.find(".grid-add-row, .grid-add-multiple-rows, .grid-upload").hide();
		for (const fieldname of ["handed_over_by", "checked_by"]) {
			const user = frm.doc[fieldname];
			if (user) frm.get_field(fieldname).set_description(frappe.user.full_name(user));
		}
		frm.toggle_display("section_slips", !frm.is_new());
	}

	function offer_collecting(frm) {
		frm.disable_save();
		frm.set_intro("");
		frm.set_intro(__("Choose the kind and collect the slips that no handover holds yet."), "blue");
		button(frm, __("Collect"), () => collect(frm), true);
	}

	function button(frm, label, action, primary = false) {
		const added = frm.add_custom_button(label, action);
		if (primary) added.addClass("btn-primary");
	}

	async function collect(frm) {
		const { company, kind, slips_until: until } = frm.doc;
		if (!company || !kind) return frappe.msgprint(__("Choose company and kind first."));
		const name = await frappe.xcall(`${HANDOVER}.collect`, { company, kind, until });
		frappe.set_route("Form", "Slip Handover", name);
	}

	async function run(frm, method, args) {
		await frappe.call({
			method: `${HANDOVER}.${method}`,
			args: { handover: frm.doc.name, ...args },
			freeze: true,
		});
		frm.reload_doc();
	}

	function send_back(frm) {
		const open = frm.doc.slips.filter((row) => row.result === "Open");
		frappe.prompt(
			[
				{
					fieldname: "row",
					fieldtype: "Select",
					label: __("Slip"),
					options: open.map((row) => ({ value: row.name, label: `${row.idx}. ${row.slip}` })),
					default: (open.find((row) => !row.agrees) || open[0]).name,
					reqd: 1,
				},
				{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark"), reqd: 1 },
			],
			(values) => run(frm, "send_back", values),
			__("Send Slip Back")
		);
	}

	function cancel(frm) {
		frappe.prompt(
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Cancelling"), reqd: 1 },
			(values) => run(frm, "cancel_handover", values),
			__("Cancel Handover")
		);
	}
})();
