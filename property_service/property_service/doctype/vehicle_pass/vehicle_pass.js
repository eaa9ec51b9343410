// One screen: vehicle, applicant, the four papers; a tick says that the clerk has seen the original (DESK-05).

const PASS_API = "property_service.property_service.doctype.vehicle_pass.vehicle_pass";
const PAPERS = ["id_card", "driving_licence", "vehicle_licence", "employer_letter"];

frappe.ui.form.on("Vehicle Pass", {
	setup(frm) {
		frm.set_query("replaces", () => ({ filters: { company: frm.doc.company } }));
	},

	onload(frm) {
		for (const paper of PAPERS) {
			const field = frm.get_field(`${paper}_file`);
			field.df.options = { make_attachments_public: false }; // copies of papers are never public
		}
	},

	refresh(frm) {
		show_needed(frm);
		show_intro(frm);
		if (frm.is_new() || !frm.perm[0].write) return;
		add_buttons(frm);
	},

	applicant_kind: (frm) => show_needed(frm),

	plate(frm) {
		const plain = (frm.doc.plate || "").replace(/[\s·•.-]/g, "").toUpperCase();
		if (plain !== frm.doc.plate) frm.set_value("plate", plain);
	},
});

// The papers that the settings ask of this kind of applicant; a ticked one stays in sight.
function show_needed(frm) {
	frappe
		.xcall(`${PASS_API}.papers_needed`, { applicant_kind: frm.doc.applicant_kind || "" })
		.then(({ papers, fee }) => {
			frm.pass_fee = fee;
			for (const paper of PAPERS) {
				frm.toggle_display(`${paper}_seen`, papers.includes(paper) || frm.doc[`${paper}_seen`]);
				frm.toggle_display(`${paper}_file`, papers.includes(paper) && !frm.doc[`${paper}_seen`]);
			}
		});
}

function show_intro(frm) {
	const { status, approval_steps = [], valid_until } = frm.doc;
	const reason = frappe.utils.escape_html((approval_steps.at(-1) || {}).comment || "");
	if (["Revoked", "Lost", "Cancelled"].includes(status)) {
		frm.set_intro(`${__(status, null, "Vehicle Pass")}: ${reason}`, "red");
	} else if (status === "Expired") {
		frm.set_intro(__("Expired on {0}", [frappe.datetime.str_to_user(valid_until)]), "orange");
	}
}

function add_buttons(frm) {
	const { status, handed_in_on } = frm.doc;
	const reasons = {
		Applied: [["cancel", __("Cancel Entry")]],
		Issued: [
			["revoke", __("Revoke", null, "Vehicle Pass")],
			["report_lost", __("Report Lost")],
			...(is_manager() ? [["cancel", __("Cancel Issue")]] : []),
		],
	};
	if (status === "Applied") {
		frm.add_custom_button(__("Issue Pass"), () => issue(frm)).addClass("btn-primary");
	}
	if (status === "Issued") {
		frm.add_custom_button(__("Print Pass"), () => frm.print_doc());
	}
	if (!["Applied", "Cancelled"].includes(status)) {
		frm.add_custom_button(__("Renew"), () =>
			frappe
				.xcall(`${PASS_API}.renew`, { name: frm.doc.name })
				.then((name) => frappe.set_route("Form", "Vehicle Pass", name))
		);
		if (!handed_in_on) {
			frm.add_custom_button(__("Card Handed In"), () => call(frm, "hand_in"), __("More"));
		}
	}
	for (const [method, label] of reasons[status] || []) {
		frm.add_custom_button(label, () => with_reason(frm, method, label), __("More"));
	}
}

function is_manager() {
	return ["Service Manager", "System Manager"].some((role) => frappe.user.has_role(role));
}

function issue(frm) {
	const saved = frm.is_dirty() ? frm.save() : Promise.resolve();
	return saved
		.then(() => {
			if (!frm.pass_fee || frm.doc.taken_over) return call(frm, "issue");
			frappe.prompt(
				{
					fieldname: "mode_of_payment",
					fieldtype: "Link",
					options: "Mode of Payment",
					label: __("Fee {0}, paid by", [format_currency(frm.pass_fee)]),
					reqd: 1,
				},
				(values) => call(frm, "issue", values),
				__("Issue Pass")
			);
		})
		.catch(() => {});
}

function call(frm, method, args = {}) {
	return frappe
		.xcall(`${PASS_API}.${method}`, { name: frm.doc.name, ...args })
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
