// Inspections of the rows of a draft, recorded on the spot: goods leave Pending Inspection and Nonconforming by one (WH-09,
// WH-14). Every rule is the server's; this only shows and asks.

(() => {
	const INSPECTIONS = "property_service.stock.inspections";

	const PHOTOS = ["photo_1", "photo_2", "photo_3"];

	frappe.ui.form.on("Stock Entry", {
		refresh(frm) {
			if (frm.doc.purpose === "Material Transfer") offer(frm);
		},
	});
	frappe.ui.form.on("Purchase Receipt", {
		refresh(frm) {
			if (!frm.doc.is_return) offer(frm);
		},
	});

	function offer(frm) {
		if (frm.is_new() || frm.doc.docstatus !== 0) return;
		if (!frappe.model.can_submit("Quality Inspection")) return;
		frm.add_custom_button(__("Record Inspection"), () => ask_row(frm));
	}

	async function ask_row(frm) {
		if (frm.is_dirty()) await frm.save();
		const rows = frm.doc.items;
		if (rows.length === 1) return ask_result(frm, rows[0]);
		const label = (row) => `${row.idx}. ${row.item_name}`;
		frappe.prompt(
			{
				fieldname: "row",
				fieldtype: "Select",
				label: __("Row"),
				options: rows.map((row) => ({ value: row.name, label: label(row) })),
				reqd: 1,
			},
			({ row }) =>
				ask_result(
					frm,
					frm.doc.items.find((line) => line.name === row)
				),
			__("Record Inspection")
		);
	}

	async function ask_result(frm, row) {
		const place = { doctype: frm.doctype, document: frm.docname, row: row.name };
		const form = await frappe.xcall(`${INSPECTIONS}.form`, place);
		const dialog = new frappe.ui.Dialog({
			title: __("Inspection of {0}", [row.item_name]),
			fields: [
				{
					fieldname: "verdict",
					fieldtype: "Select",
					label: __("Result", null, "Quality Inspection"),
					options: [
						{ value: "Accepted", label: __("Accepted", null, "Quality Inspection") },
						{ value: "Rejected", label: __("Rejected", null, "Quality Inspection") },
					],
					default: form.verdict,
					reqd: 1,
				},
				{
					fieldname: "sample_size",
					fieldtype: "Float",
					label: __("Inspected ({0})", [__(form.uom)]),
					description: __("At least {0} of {1}", [form.sample_size, form.quantity]),
					default: form.sample_size,
					reqd: 1,
				},
				...form.points.flatMap(fields_of_point),
				{ fieldname: "remarks_section", fieldtype: "Section Break" },
				{ fieldname: "remarks", fieldtype: "Small Text", label: __("Remarks") },
				{ fieldname: "photos_section", fieldtype: "Section Break", label: __("Photos") },
				...PHOTOS.map((fieldname) => ({ fieldname, fieldtype: "Attach", label: "" })),
			],
			primary_action_label: __("Record"),
			async primary_action(values) {
				await frappe.xcall(`${INSPECTIONS}.record`, {
					...place,
					verdict: values.verdict,
					sample_size: values.sample_size,
					remarks: values.remarks,
					readings: form.points.map((point, n) => ({
						specification: point.specification,
						status: values[`status_${n}`],
						reading: values[`reading_${n}`],
					})),
					photos: PHOTOS.map((fieldname) => values[fieldname]).filter(Boolean),
				});
				dialog.hide();
				frm.reload_doc();
			},
		});
		dialog.show();
	}

	// A number is measured; any other point is in order or not, with what was seen.
	function fields_of_point(point, n) {
		const reading = {
			fieldname: `reading_${n}`,
			fieldtype: "Data",
			label: __("Seen", null, "Quality Inspection"),
		};
		const section = {
			fieldname: `point_${n}`,
			fieldtype: "Section Break",
			label: frappe.utils.escape_html(point.specification),
		};
		if (point.numeric) return [section, { ...reading, label: __("Reading"), reqd: 1 }];
		const status = {
			fieldname: `status_${n}`,
			fieldtype: "Select",
			label: __("Result", null, "Quality Inspection"),
			options: [
				{ value: "Accepted", label: __("Accepted", null, "Quality Inspection") },
				{ value: "Rejected", label: __("Rejected", null, "Quality Inspection") },
			],
			default: "Accepted",
		};
		return [section, status, { fieldname: `column_${n}`, fieldtype: "Column Break" }, reading];
	}
})();
