// Reception Counter (SVC-01): find the caller, see what is open, log the contact, go on to the document.
// Everything works without a mouse: type, ↓/↑, Enter; 1–7 choose the category; Enter saves; Esc starts anew.

frappe.pages["reception-counter"].on_page_load = (wrapper) => {
	frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Reception Counter"),
		single_column: true,
	});
	wrapper.counter = new ReceptionCounter(wrapper);
};

frappe.pages["reception-counter"].on_page_show = (wrapper) => wrapper.counter.restart();

const CATEGORIES = [
	"Consultation",
	"Suggestion",
	"Complaint",
	"Public Repair",
	"Home Repair",
	"Other Service",
	"Praise",
];
const CHANNELS = ["Phone", "Walk-in", "WeChat", "Email", "Letter"];
const escape = frappe.utils.escape_html;

class ReceptionCounter {
	constructor(wrapper) {
		this.body = $(wrapper).find(".layout-main-section");
		this.body.html(
			frappe.render_template("reception_counter", { categories: CATEGORIES, channels: CHANNELS })
		);
		this.find_parts();
		this.bind_search();
		this.bind_entry();
		$(wrapper).on("keydown", (event) => {
			if (event.key !== "Escape") return;
			event.stopPropagation(); // the desk would take the focus away again
			this.restart();
		});
	}

	find_parts() {
		for (const part of ["search", "results", "caller", "contacts", "open", "entries", "entry", "saved"]) {
			this[part] = this.body.find(`[data-part="${part}"]`);
		}
		for (const field of ["contact_name", "contact_phone", "channel", "content", "outcome"]) {
			this[`${field}_input`] = this.body.find(`[data-field="${field}"]`);
		}
	}

	restart() {
		this.chosen = {};
		this.category = null;
		this.found = [];
		this.body.find("input[type=text], textarea").val("");
		this.body.find("[data-category]").removeClass("btn-primary").attr("aria-checked", "false");
		for (const part of ["results", "caller", "contacts", "open", "entries", "saved"]) this[part].empty();
		this.entry.addClass("hidden");
		this.search.trigger("focus");
	}

	// ---- finding the caller -----------------------------------------------------------------------------------

	bind_search() {
		this.search.on(
			"input",
			frappe.utils.debounce(() => this.look_up(), 120)
		);
		this.search.on("keydown", (event) => {
			if (event.key === "ArrowDown") this.mark(this.marked + 1);
			else if (event.key === "ArrowUp") this.mark(this.marked - 1);
			else if (event.key === "Enter") this.take_marked();
			else return;
			event.preventDefault();
		});
		this.results.on("click", "[data-index]", (event) =>
			this.choose(this.found[event.currentTarget.dataset.index])
		);
	}

	async look_up() {
		const text = this.search.val().trim();
		const rows = text ? await frappe.xcall("property_service.reception.search", { text }) : [];
		if (text !== this.search.val().trim()) return; // a newer keystroke asks already
		this.found = rows;
		this.found_for = text;
		this.show_found();
	}

	show_found() {
		const line = (row, index) =>
			`<li class="list-group-item" role="option" data-index="${index}">
				<b>${escape(row.resident_name || row.name)}</b> ${escape(row.mobile_no || "")}
				<span class="text-muted">${escape(row.unit_name || row.property_unit || "")} ${escape(row.employer || "")}</span>
			</li>`;
		this.results.html(this.found.map(line).join(""));
		if (!this.found.length && this.found_for) {
			this.results.html(
				`<li class="list-group-item text-muted">${__("Nobody found. Enter goes on with what you typed.")}</li>`
			);
		}
		this.mark(0);
	}

	mark(index) {
		this.marked = Math.max(0, Math.min(index, this.found.length - 1));
		this.results.find("[data-index]").removeClass("active").eq(this.marked).addClass("active");
	}

	async take_marked() {
		if (this.found_for !== this.search.val().trim()) await this.look_up();
		const row = this.found[this.marked];
		if (row) return this.choose(row);
		const text = this.search.val().trim();
		if (!text) return;
		const is_number = /^[\d+\-\s()]{5,}$/.test(text);
		this.choose(is_number ? { phone: text } : { contact_name: text });
	}

	async choose(row) {
		const known = await frappe.xcall("property_service.reception.caller", {
			resident: row.name,
			phone: row.phone || row.mobile_no,
		});
		this.chosen = known.person || {};
		this.contact_name_input.val(this.chosen.resident_name || row.contact_name || "");
		this.contact_phone_input.val(known.phone || "");
		this.results.empty();
		this.show_caller();
		this.show_contacts(known.contacts);
		this.show_open(known.open);
		this.show_entries(known.entries);
		this.entry.removeClass("hidden");
		this.focus_next();
	}

	// Whoever is not registered is asked for what is missing to call back.
	focus_next() {
		const missing = [this.contact_name_input, this.contact_phone_input].find(
			(input) => !input.val().trim()
		);
		(missing || this.body.find("[data-category]").first()).trigger("focus");
	}

	// ---- what is known ----------------------------------------------------------------------------------------

	show_caller() {
		const person = this.chosen;
		const facts = [
			person.unit_name || person.property_unit,
			person.employer,
			person.status && __(person.status),
			person.tier && __(person.tier),
		];
		const name = person.name
			? `<a href="${frappe.utils.get_form_link("Resident", person.name)}">${escape(person.resident_name)}</a>`
			: __("Not registered");
		this.caller.html(
			`<h4>${name}</h4><div class="text-muted">${facts.filter(Boolean).map(escape).join(" · ")}</div>`
		);
	}

	show_contacts(rows) {
		const line = (row) =>
			`<tr><td>${frappe.datetime.str_to_user(row.received_on)}</td><td>${__(row.category)}</td>
			<td>${escape(row.content || "")}</td>
			<td>${row.reference_name ? frappe.utils.get_form_link(row.reference_doctype, row.reference_name, true) : escape(row.outcome || "")}</td></tr>`;
		this.contacts.html(table(__("Last Contacts"), rows.map(line)));
	}

	show_open(rows) {
		const line = (row) =>
			`<tr><td>${__(row.doctype)}</td><td>${frappe.utils.get_form_link(row.doctype, row.name, true)}</td>
			<td>${__(row.status)}</td><td>${escape(row.matter || "")}</td></tr>`;
		this.open.html(table(__("Open Matters"), rows.map(line)));
	}

	show_entries(rows) {
		this.entries.empty();
		for (const row of rows) {
			const label = __("New {0}", [__(row.doctype)]);
			$(`<button class="btn btn-default btn-sm">${escape(label)}</button>`)
				.on("click", () => frappe.new_doc(row.doctype, this.caller_as(row.fields)))
				.appendTo(this.entries);
		}
	}

	caller_as(fields) {
		const known = {
			resident: this.chosen.name,
			name: this.contact_name_input.val(),
			phone: this.contact_phone_input.val(),
			unit: this.chosen.property_unit,
			customer: this.chosen.employer,
		};
		return Object.fromEntries(
			Object.entries(fields)
				.map(([what, fieldname]) => [fieldname, known[what]])
				.filter(([, value]) => value)
		);
	}

	// ---- logging the contact ----------------------------------------------------------------------------------

	bind_entry() {
		this.body.on("click", "[data-category]", (event) =>
			this.set_category(event.currentTarget.dataset.category)
		);
		this.entry.on("keydown", "[data-category]", (event) => {
			const chosen = CATEGORIES[Number(event.key) - 1];
			if (!chosen) return;
			event.preventDefault();
			this.set_category(chosen);
		});
		this.entry.on("keydown", "input[type=text]", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			if (event.target === this.outcome_input[0]) this.save();
			else this.focus_next();
		});
		this.content_input.on("keydown", (event) => {
			if (event.key !== "Enter" || event.shiftKey || event.originalEvent.isComposing) return;
			event.preventDefault();
			this.save();
		});
		this.entry.on("click", "[data-action=save]", () => this.save());
	}

	set_category(category) {
		this.category = category;
		this.body.find("[data-category]").each((_, button) => {
			const is_chosen = button.dataset.category === category;
			$(button).toggleClass("btn-primary", is_chosen).attr("aria-checked", String(is_chosen));
		});
		this.content_input.trigger("focus");
	}

	async save() {
		if (!this.category || !this.content_input.val().trim()) {
			frappe.show_alert({
				message: __("Choose a category and write what it is about."),
				indicator: "orange",
			});
			return;
		}
		if (this.saving) return;
		this.saving = true;
		try {
			this.show_saved(
				await frappe.xcall("property_service.reception.log", {
					category: this.category,
					channel: this.channel_input.val(),
					content: this.content_input.val(),
					outcome: this.outcome_input.val(),
					resident: this.chosen.name,
					property_unit: this.chosen.property_unit,
					contact_name: this.contact_name_input.val(),
					contact_phone: this.contact_phone_input.val(),
				})
			);
		} catch {
			// the refusal is on the screen already; what was typed stays
		} finally {
			this.saving = false;
		}
	}

	show_saved(record) {
		this.entry.addClass("hidden");
		this.saved.html(
			`<div class="alert alert-success" role="status" data-record="${escape(record.name)}">
				${__("Contact {0} is recorded.", [frappe.utils.get_form_link("Reception Record", record.name, true)])}
			</div>`
		);
		const add = (label, action) =>
			$(`<button class="btn btn-sm btn-default">${escape(label)}</button>`)
				.on("click", action)
				.appendTo(this.saved);
		if (record.document) {
			add(__("Turn into {0}", [__(record.document)]), () => make_document(record.name)).addClass(
				"btn-primary"
			);
		}
		add(__("Next Caller"), () => this.restart());
		this.saved.find("button").first().trigger("focus");
	}
}

function make_document(record) {
	return frappe
		.xcall("property_service.property_service.doctype.reception_record.reception_record.make_document", {
			source_name: record,
		})
		.then((doc) => {
			const [made] = frappe.model.sync(doc);
			frappe.set_route("Form", made.doctype, made.name);
		});
}

function table(title, rows) {
	const body = rows.length ? rows.join("") : `<tr><td class="text-muted">${__("None")}</td></tr>`;
	return `<h5>${title}</h5><table class="table table-sm table-bordered">${body}</table>`;
}
