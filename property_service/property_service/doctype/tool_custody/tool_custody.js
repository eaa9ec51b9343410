frappe.ui.form.on("Tool Custody", {
	refresh(frm) {
		const { status, due_on, signed_on, holder, name } = frm.doc;
		if (frm.is_new()) return;
		frm.add_custom_button(__("Tool Card"), () =>
			frappe.set_route("query-report", "Tool Card", { holder, company: frm.doc.company })
		);
		if (status !== "In Use") return;
		if (due_on && due_on < frappe.datetime.get_today()) {
			frm.set_intro(__("Overdue since {0}", [frappe.datetime.str_to_user(due_on)]), "red");
		}
		if (!signed_on) {
			frm.add_custom_button(__("Sign for the Tool"), () =>
				frappe
					.xcall("property_service.property_service.doctype.tool_custody.tool_custody.sign", {
						custody: name,
					})
					.then(() => frm.reload_doc())
					.catch(() => {})
			).addClass("btn-primary");
		}
		if (frappe.user.has_role("Finance Manager")) {
			frm.add_custom_button(__("Decide a Loss"), () => decide_loss(frm));
		}
		if (frappe.user.has_role("Storekeeper")) {
			frm.add_custom_button(__("Take Tools Back"), () => take_tools_back(frm));
		}
	},
});

function decide_loss(frm) {
	frappe.prompt(
		[
			{ fieldname: "reason", fieldtype: "Small Text", label: __("How It Was Lost"), reqd: 1 },
			{
				fieldname: "compensation",
				fieldtype: "Currency",
				label: __("Compensation"),
				description: __("What the holder owes for it; empty for nothing"),
			},
		],
		(values) =>
			frappe
				.xcall("property_service.tools.losing.decide_loss", { name: frm.doc.name, ...values })
				.then(() => frm.reload_doc())
				.catch(() => {}),
		__("Decide a Loss")
	);
}

// Everything that is open on the holder's card, to be counted item by item.
async function take_tools_back(frm) {
	const store = await frappe.xcall("property_service.stock.stores.default_store", {
		company: frm.doc.company,
	});
	const request = await frappe.xcall(
		"property_service.property_service.doctype.tool_request.steps.return_of",
		{ holder: frm.doc.holder, store }
	);
	frappe.set_route("Form", "Tool Request", request);
}
