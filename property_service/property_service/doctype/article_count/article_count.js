const ARTICLE_COUNT = "property_service.property_service.doctype.article_count";

frappe.ui.form.on("Article Count", {
	setup(frm) {
		frm.set_query("stock_count", () => ({
			filters: { company: frm.doc.company, kind: "Quarterly Low Value" },
		}));
	},

	refresh(frm) {
		const grid = frm.get_field("lines").grid;
		grid.cannot_add_rows = true;
		grid.cannot_delete_rows = true;
		if (frm.is_new()) {
			frm.set_intro(__("Saving freezes what the department has in use."), "blue");
			return;
		}
		const { status, undecided_lines } = frm.doc;
		const has = (...roles) => roles.some((role) => frappe.user.has_role(role));
		if (status === "Counting") {
			// the one button that a phone shows, too; there is nothing to save
			frm.disable_save();
			frm.page.set_primary_action(__("Scan Labels"), () => scan_labels(frm));
			frm.add_custom_button(__("Mark as Missing"), () => mark_missing(frm));
			if (has("Stores Accountant")) {
				frm.add_custom_button(__("Finish Counting"), () => count_step(frm, "article_count.finish"));
			}
		}
		if (status === "Counted") {
			frm.add_custom_button(__("Sign Count"), () => count_step(frm, "article_count.sign")).addClass(
				"btn-primary"
			);
		}
		if (status === "Signed by Keeper" && has("Finance Manager")) {
			frm.add_custom_button(__("Approve Count"), () => count_step(frm, "deciding.approve")).addClass(
				"btn-primary"
			);
		}
		if (status === "Approved" && undecided_lines && has("Finance Manager")) {
			frm.set_intro(__("{0} lines are to be decided.", [undecided_lines]), "orange");
			frm.add_custom_button(__("Decide a Loss"), () => decide_line(frm)).addClass("btn-primary");
		}
		if (["Counting", "Counted", "Signed by Keeper"].includes(status) && has("Stores Accountant")) {
			frm.add_custom_button(
				__("Cancel Count"),
				() =>
					frappe.prompt(
						{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
						({ reason }) => count_step(frm, "article_count.cancel", { reason }),
						__("Cancel Count")
					),
				__("More")
			);
		}
	},
});

// A phone's camera or a hand scanner: one label after the other, the dialog stays open.
function scan_labels(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Scan Labels"),
		fields: [
			{ fieldname: "code", fieldtype: "Data", options: "Barcode", label: __("Label or Number") },
			{ fieldname: "last", fieldtype: "HTML" },
		],
		primary_action_label: __("Found", null, "Article Count Line"),
		primary_action({ code }) {
			if (!code) return;
			frappe
				.xcall(`${ARTICLE_COUNT}.article_count.scan`, { count: frm.doc.name, code })
				.then(({ title, result, found, lines }) => {
					const text = `${title || ""} – ${__(result, null, "Article Count Line")} (${found} / ${lines})`;
					dialog.get_field("last").$wrapper.text(text);
					dialog.set_value("code", "");
					dialog.get_field("code").$input.trigger("focus");
				})
				.catch(() => {}); // the refusal is on the screen
		},
	});
	dialog.onhide = () => frm.reload_doc();
	dialog.show();
}

function line_options(frm, wanted) {
	return frm.doc.lines.filter(wanted).map((row) => ({
		value: row.name,
		label: `${row.title || ""} ${row.document} ${row.holder_name || ""}`,
	}));
}

function mark_missing(frm) {
	const options = line_options(frm, (row) => !row.result);
	frappe.prompt(
		[
			{ fieldname: "line", fieldtype: "Select", label: __("Lines"), options, reqd: 1 },
			{ fieldname: "cause", fieldtype: "Small Text", label: __("What Is Known of the Loss") },
		],
		(values) => count_step(frm, "article_count.mark_missing", values),
		__("Mark as Missing")
	);
}

function decide_line(frm) {
	const options = line_options(frm, (row) => row.result === "Missing" && !row.is_decided);
	frappe.prompt(
		[
			{ fieldname: "line", fieldtype: "Select", label: __("Lines"), options, reqd: 1 },
			{
				fieldname: "decision",
				fieldtype: "Small Text",
				label: __("Decision", null, "Article Count Line"),
				reqd: 1,
			},
			{ fieldname: "compensation", fieldtype: "Currency", label: __("Compensation") },
			{
				fieldname: "responsible",
				fieldtype: "Link",
				options: "Employee",
				label: __("Responsible Person", null, "Article Count Line"),
				mandatory_depends_on: "compensation",
			},
		],
		(values) => count_step(frm, "deciding.decide", values),
		__("Decide a Loss")
	);
}

async function count_step(frm, method, args = {}) {
	if (frm.is_dirty()) await frm.save();
	return frappe
		.xcall(`${ARTICLE_COUNT}.${method}`, { count: frm.doc.name, ...args })
		.then(() => frm.reload_doc())
		.catch(() => {}); // the refusal is on the screen; a button whose promise fails would stay disabled
}
