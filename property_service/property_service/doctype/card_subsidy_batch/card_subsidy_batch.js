// A company's subsidies of a month: rows from a spreadsheet or from last month, credited in the background (DESK-03).

const BATCH_ROWS = "property_service.property_service.doctype.card_subsidy_batch.rows";

frappe.ui.form.on("Card Subsidy Batch", {
	setup(frm) {
		frappe.realtime.on("card_subsidy_batch_credited", ({ batch }) => {
			if (frm.doc.name === batch) frm.reload_doc();
		});
	},

	refresh(frm) {
		if (frm.doc.status === "Crediting") {
			frm.set_intro(
				__("{0} of {1} rows are on the cards. You may go on with something else.", [
					frm.doc.credited_count + frm.doc.refused_count,
					frm.doc.row_count,
				]),
				"blue"
			);
		}
		if (frm.doc.refused_count) {
			frm.set_intro(__("{0} rows were refused; each says why.", [frm.doc.refused_count]), "orange");
		}
		if (frm.doc.docstatus || !frm.perm[0].write) return;
		frm.add_custom_button(__("Import Spreadsheet"), () => import_rows(frm));
		frm.add_custom_button(__("Copy Last Month"), () => copy_last_month(frm));
	},
});

async function saved(frm) {
	if (frm.is_new() || frm.is_dirty()) await frm.save();
	return frm.doc.name;
}

async function import_rows(frm) {
	await saved(frm);
	new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.doc.name,
		folder: "Home/Attachments",
		make_attachments_public: false,
		restrictions: { allowed_file_types: [".xlsx", ".csv"], max_number_of_files: 1 },
		on_success: (file) =>
			frappe.call({
				method: `${BATCH_ROWS}.import_rows`,
				args: { batch: frm.doc.name, file_url: file.file_url },
				freeze: true,
				callback: () => frm.reload_doc(),
			}),
	});
}

async function copy_last_month(frm) {
	await saved(frm);
	frappe.call({
		method: `${BATCH_ROWS}.copy_last_month`,
		args: { batch: frm.doc.name },
		freeze: true,
		callback({ message }) {
			const left_out = message.left_out.map((row) =>
				frappe.utils.escape_html(`${row.card} ${row.holder || ""}`)
			);
			if (left_out.length) {
				frappe.msgprint({
					title: __("Left Out"),
					message: `${__("Closed, or of another company by now:")}<br>${left_out.join("<br>")}`,
					indicator: "orange",
				});
			}
			frm.reload_doc();
		},
	});
}
