const COUNT_API = "property_service.property_service.doctype.stock_count";

frappe.ui.form.on("Stock Count", {
	setup(frm) {
		frm.set_query("store", () => ({
			query: "property_service.stock.stores.store_query",
			filters: { company: frm.doc.company },
		}));
		frm.set_query("warehouses", () => ({
			filters: { company: frm.doc.company, is_group: 0, parent_warehouse: frm.doc.store },
		}));
	},

	refresh(frm) {
		frm.get_field("lines").grid.cannot_add_rows = true;
		frm.get_field("lines").grid.cannot_delete_rows = true;
		if (frm.is_new() || !frm.perm[0].write) return;
		const { status } = frm.doc;
		if (["Counting", "Recounting"].includes(status)) {
			frm.add_custom_button(__("Count", null, "Stock Count"), () => count(frm)).addClass("btn-primary");
			frm.add_custom_button(__("Take Spreadsheet"), () => take_sheet(frm));
			frm.add_custom_button(__("Count Again What Moved"), () => call(frm, "counting.recount"));
			frm.add_custom_button(__("Finish Counting"), () =>
				call(frm, "counting.check_moved").then(() => call(frm, "counting.finish"))
			);
		}
		if (["Counted", "Accountant Checked"].includes(status)) {
			frm.add_custom_button(__("Send Back for Recount"), () =>
				with_reason(frm, "counting.send_back", __("Send Back for Recount"))
			);
		}
		if (status === "Counted") {
			frm.add_custom_button(__("Enter Spot Sample"), () => check_sample(frm));
			frm.add_custom_button(__("Check Count"), () => call(frm, "checking.check")).addClass(
				"btn-primary"
			);
		}
		if (status === "Accountant Checked") {
			frm.add_custom_button(__("Approve Count"), () =>
				frappe.confirm(__("Post the differences to the pending account?"), () =>
					call(frm, "posting.approve")
				)
			).addClass("btn-primary");
		}
		if (status === "Finance Manager Approved" && frm.doc.undecided_lines) {
			frm.set_intro(__("{0} lines are to be decided.", [frm.doc.undecided_lines]), "orange");
			frm.add_custom_button(__("Decide a Difference"), () => decide(frm)).addClass("btn-primary");
		}
		if (["Counting", "Recounting", "Counted"].includes(status)) {
			frm.add_custom_button(
				__("Cancel Count"),
				() => with_reason(frm, "counting.cancel", __("Cancel Count")),
				__("More")
			);
		}
	},
});

// A scanner types the code and presses Enter; the quantity follows, and Enter again takes the row.
function count(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Count", null, "Stock Count"),
		fields: [
			{ fieldname: "barcode", fieldtype: "Data", label: __("Barcode or Item No.") },
			{ fieldname: "qty", fieldtype: "Float", label: __("Counted Quantity"), precision: 3 },
			{ fieldtype: "Column Break" },
			{
				fieldname: "warehouse",
				fieldtype: "Link",
				label: __("Zone", null, "Stock Zone Type"),
				options: "Warehouse",
				get_query: () => ({ filters: { parent_warehouse: frm.doc.store, is_group: 0 } }),
			},
			{ fieldname: "batch_no", fieldtype: "Link", label: __("Batch No"), options: "Batch" },
			{ fieldname: "place", fieldtype: "Data", label: __("Place", null, "Stock Count Entry") },
		],
		primary_action_label: __("Take"),
		primary_action(row) {
			frappe
				.xcall(`${COUNT_API}.counting.record`, { name: frm.doc.name, rows: [row] })
				.then(({ counted, lines }) => {
					frappe.show_alert({
						message: __("{0} of {1} lines counted", [counted, lines]),
						indicator: "green",
					});
					dialog.set_values({ barcode: "", qty: null });
					dialog.get_field("barcode").$input.trigger("focus");
				})
				.catch(() => {}); // the refusal is on the screen
		},
	});
	dialog.onhide = () => frm.reload_doc();
	dialog.show();
}

function take_sheet(frm) {
	new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.doc.name,
		restrictions: { allowed_file_types: [".csv", ".xlsx"] },
		on_success: ({ file_url }) => call(frm, "counting.record_sheet", { file_url }),
	});
}

// What the system drew, with an empty quantity beside each line.
function check_sample(frm) {
	const data = frm.doc.lines
		.filter((line) => line.in_sample)
		.map((line) => ({
			line: line.name,
			item: [line.item_name || line.item_code, line.specification, line.batch_no]
				.filter(Boolean)
				.join(" "),
			warehouse: line.warehouse,
			qty: line.is_checked ? line.checked_qty : null,
		}));
	const dialog = new frappe.ui.Dialog({
		title: __("Enter Spot Sample"),
		size: "large",
		fields: [
			{
				fieldname: "rows",
				fieldtype: "Table",
				label: __("Lines"),
				cannot_add_rows: true,
				cannot_delete_rows: true,
				in_place_edit: true,
				data,
				get_data: () => data,
				fields: [
					{
						fieldname: "item",
						fieldtype: "Data",
						label: __("Item"),
						in_list_view: 1,
						read_only: 1,
						columns: 5,
					},
					{
						fieldname: "warehouse",
						fieldtype: "Data",
						label: __("Warehouse"),
						in_list_view: 1,
						read_only: 1,
						columns: 3,
					},
					{
						fieldname: "qty",
						fieldtype: "Float",
						label: __("Counted Quantity"),
						in_list_view: 1,
						columns: 2,
					},
				],
			},
		],
		primary_action_label: __("Take"),
		primary_action() {
			const rows = data
				.filter((row) => row.qty != null && row.qty !== "")
				.map(({ line, qty }) => ({ line, qty }));
			dialog.hide();
			call(frm, "checking.record_check", { rows });
		},
	});
	dialog.show();
}

function decide(frm) {
	const open = frm.doc.lines.filter((line) => line.posted_value && !line.is_decided);
	const titles = open.map((line) => ({
		value: line.name,
		label: `${line.item_name || line.item_code} ${line.batch_no || ""} (${format_currency(line.posted_value)})`,
	}));
	const word = (value) => ({ value, label: __(value, null, "Stock Count Decision") });
	const losses = [
		"Management Expense",
		"Responsible Person",
		"Insurer",
		"Salvage into Stock",
		"Abnormal Loss",
	];
	const data = [];
	const dialog = new frappe.ui.Dialog({
		title: __("Decide a Difference"),
		size: "extra-large",
		fields: [
			{ fieldname: "line", fieldtype: "Select", label: __("Lines"), options: titles, reqd: 1 },
			{
				fieldname: "decisions",
				fieldtype: "Table",
				label: __("Decisions"),
				in_place_edit: true,
				data,
				get_data: () => data,
				fields: [
					{
						fieldname: "decision",
						fieldtype: "Select",
						label: __("Decision", null, "Stock Count Decision"),
						options: ["Surplus", ...losses].map(word),
						in_list_view: 1,
						columns: 2,
					},
					{
						fieldname: "amount",
						fieldtype: "Currency",
						label: __("Amount"),
						in_list_view: 1,
						columns: 1,
					},
					{
						fieldname: "tax_amount",
						fieldtype: "Currency",
						label: __("Input Tax Turned Back"),
						in_list_view: 1,
						columns: 1,
					},
					{
						fieldname: "party_type",
						fieldtype: "Select",
						label: __("Party Type", null, "Stock Count Decision"),
						options: ["", "Employee", "Customer", "Supplier"],
						in_list_view: 1,
						columns: 1,
					},
					{
						fieldname: "party",
						fieldtype: "Dynamic Link",
						label: __("Party", null, "Stock Count Decision"),
						options: "party_type",
						in_list_view: 1,
						columns: 1,
					},
					{
						fieldname: "item_code",
						fieldtype: "Link",
						label: __("Salvaged Item"),
						options: "Item",
						in_list_view: 1,
						columns: 1,
					},
					{
						fieldname: "qty",
						fieldtype: "Float",
						label: __("Quantity"),
						in_list_view: 1,
						columns: 1,
					},
					{
						fieldname: "warehouse",
						fieldtype: "Link",
						label: __("Warehouse"),
						options: "Warehouse",
						in_list_view: 1,
						columns: 1,
					},
				],
			},
		],
		primary_action_label: __("Post", null, "Stock Count"),
		primary_action({ line }) {
			dialog.hide();
			call(frm, "posting.decide", { line, decisions: data });
		},
	});
	dialog.show();
}

function call(frm, method, args = {}) {
	return frappe
		.xcall(`${COUNT_API}.${method}`, { name: frm.doc.name, ...args })
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
