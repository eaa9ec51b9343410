// The paper 物品报废单 (WH-25): written by who scraps, put right by finance, and sent back with a reason.

(() => {
	const STEPS = "property_service.property_service.doctype.scrap_request.steps";
	const REASONED = {
		Return: "send_back",
		Reject: "reject",
		"Cancel Request": "cancel",
		"Take Back": "cancel",
	};
	const FOUND = ["cause", "responsible", "compensation"];
	const ESTIMATED = [
		"residual_method",
		"residual_value",
		"residual_item",
		"residual_qty",
		"residual_warehouse",
		"proceeds_account",
	];

	// Of an article these follow from its card, and its compensation from the cause.
	const SERVERS = ["item_code", "qty", "stored_since", "years_in_use", "compensation"];
	const OF_STOCK = ["warehouse", "batch_no", "serial_no"];

	frappe.ui.form.on("Scrap Request", {
		setup(frm) {
			frm.set_query("store", () => ({
				query: "property_service.stock.stores.store_query",
				filters: { company: frm.doc.company },
			}));
			frm.set_query("low_value_article", "items", () => ({
				filters: {
					company: frm.doc.company,
					status: ["in", ["In Use", "Idle", "Under Repair"]],
				},
			}));
			frm.set_query("tool_custody", "items", () => ({
				filters: { company: frm.doc.company, status: "In Use" },
			}));
			frm.set_query("item_code", "items", () => ({ filters: { is_stock_item: 1 } }));
			frm.set_query("residual_item", "items", () => ({ filters: { is_stock_item: 1 } }));
			frm.set_query("warehouse", "items", () => ({
				filters: { company: frm.doc.company, is_group: 0, parent_warehouse: frm.doc.store },
			}));
			frm.set_query("residual_warehouse", "items", () => ({
				filters: { company: frm.doc.company, is_group: 0 },
			}));
			frm.set_query("batch_no", "items", (doc, cdt, cdn) => ({
				filters: { item: locals[cdt][cdn].item_code },
			}));
			frm.set_query("proceeds_account", "items", () => ({
				filters: {
					company: frm.doc.company,
					is_group: 0,
					account_type: ["in", ["Cash", "Bank"]],
				},
			}));
		},

		refresh(frm) {
			const is_draft = ["Draft", "Returned"].includes(frm.doc.status);
			const verifies = frm.doc.status === "Pending Finance";
			frm.set_intro("");
			if (["Returned", "Rejected", "Cancelled"].includes(frm.doc.status) && frm.doc.decision_reason) {
				const state = __(frm.doc.status, null, "Scrap Request");
				frm.set_intro(`${state}: ${frappe.utils.escape_html(frm.doc.decision_reason)}`, "red");
			}
			if (verifies && frappe.user.has_role("Finance Manager")) {
				frm.set_intro(
					__("Enter who verified the goods, what they found and what is left of them."),
					"blue"
				);
			}
			const content = [
				"company",
				"source",
				"store",
				"introduction_at_hand",
				"manual_at_hand",
				"other_documents",
			];
			for (const field of content) frm.set_df_property(field, "read_only", is_draft ? 0 : 1);
			for (const field of ["verifiers", "finding"])
				frm.set_df_property(field, "read_only", verifies ? 0 : 1);
			frm.set_df_property("photos", "read_only", is_draft || verifies ? 0 : 1);
			frm.toggle_display("verification_section", !frm.is_new());
			frm.toggle_display("posting_section", Boolean(frm.doc.posted_on));
			lock_rows(frm, is_draft, verifies);
			const of_articles = frm.doc.source === "Low Value Article";
			if (of_articles && verifies && frappe.user.has_role("Admin HR")) {
				frm.add_custom_button(__("Investigate Cause"), () => investigate(frm)).addClass(
					"btn-primary"
				);
			}
			const decides = frm.doc.status === "Pending GM" && frappe.user.has_role("General Manager");
			if (of_articles && decides && frm.doc.items.some((row) => row.cause === "Human")) {
				frm.add_custom_button(__("Decide Compensation"), () => decide(frm));
			}
		},

		source: (frm) => frm.trigger("refresh"),

		before_workflow_action(frm) {
			const method = REASONED[frm.selected_workflow_action];
			if (!method) return;
			frappe.dom.unfreeze();
			ask_reason(frm, frm.selected_workflow_action, method);
			return new Promise(() => {}); // the dialog takes the step, with its reason
		},
	});

	function lock_rows(frm, is_draft, verifies) {
		const grid = frm.get_field("items").grid;
		const of_articles = frm.doc.source === "Low Value Article";
		grid.cannot_add_rows = grid.cannot_delete_rows = !is_draft;
		for (const { fieldname } of frappe.get_meta("Scrap Request Item").fields) {
			const df = frappe.meta.get_docfield("Scrap Request Item", fieldname);
			if (df.read_only) continue;
			const open = FOUND.includes(fieldname)
				? verifies
				: ESTIMATED.includes(fieldname)
					? is_draft || verifies
					: is_draft;
			const from_card = of_articles || frm.doc.source === "Tool";
			const is_servers =
				from_card && SERVERS.includes(fieldname) && (of_articles || fieldname !== "compensation");
			grid.update_docfield_property(fieldname, "read_only", open && !is_servers ? 0 : 1);
			if (OF_STOCK.includes(fieldname)) {
				grid.update_docfield_property(fieldname, "hidden", from_card ? 1 : 0);
			}
		}
		grid.refresh();
	}

	// What ruined each article, as administration and human resources found it (LV-11).
	function investigate(frm) {
		const causes = ["Natural", "Human"].map((value) => ({
			value,
			label: __(value, null, "Scrap Request Item"),
		}));
		const dialog = new frappe.ui.Dialog({
			title: __("Investigate Cause"),
			fields: [
				...frm.doc.items.map((row) => ({
					fieldname: row.name,
					fieldtype: "Select",
					label: `${row.low_value_article} ${row.item_name || ""}`,
					options: causes,
					default: row.cause_by_hr,
					reqd: 1,
				})),
				{ fieldname: "finding", fieldtype: "Small Text", label: __("Finding"), reqd: 1 },
			],
			primary_action_label: __("Investigate Cause"),
			primary_action({ finding, ...found }) {
				const rows = Object.entries(found).map(([row, cause]) => ({ row, cause }));
				step(frm, dialog, "investigate", { rows, finding });
			},
		});
		dialog.show();
	}

	// Another amount than the full original cost is the general manager's decision, with its reason (LV-11).
	function decide(frm) {
		const ruined = frm.doc.items.filter((row) => row.cause === "Human");
		const dialog = new frappe.ui.Dialog({
			title: __("Decide Compensation"),
			fields: [
				{
					fieldname: "row",
					fieldtype: "Select",
					label: __("Article", null, "Scrap Request Item"),
					options: ruined.map((row) => ({
						value: row.name,
						label: `${row.low_value_article} ${row.item_name || ""}`,
					})),
					default: ruined[0].name,
					reqd: 1,
				},
				{ fieldname: "amount", fieldtype: "Currency", label: __("Compensation"), reqd: 1 },
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			],
			primary_action_label: __("Decide Compensation"),
			primary_action: (values) => step(frm, dialog, "decide_compensation", values),
		});
		dialog.show();
	}

	function step(frm, dialog, method, values) {
		return frappe
			.xcall(`${STEPS}.${method}`, { name: frm.doc.name, ...values })
			.then(() => {
				dialog.hide();
				frm.reload_doc();
			})
			.catch(() => {}); // the refusal is on the screen
	}

	function ask_reason(frm, action, method) {
		const dialog = new frappe.ui.Dialog({
			title: __(action),
			fields: [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
			primary_action_label: __(action),
			primary_action: (values) => step(frm, dialog, method, values),
		});
		dialog.show();
	}
})();
