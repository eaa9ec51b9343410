// Key Counter (DESK-08): scan a key; in the cabinet it goes out, out it comes back. A scanner types the tag and Enter.
// Lent: scan, borrower, purpose. Back: scan, Enter (or the same scan again). Esc starts anew.

frappe.pages["key-counter"].on_page_load = (wrapper) => {
	frappe.ui.make_app_page({ parent: wrapper, title: __("Key Counter"), single_column: true });
	wrapper.counter = new KeyCounter(wrapper);
};

frappe.pages["key-counter"].on_page_show = (wrapper) => {
	wrapper.counter.restart();
	wrapper.counter.show_out();
};

const LOAN_API = "property_service.property_service.doctype.key_loan";
const KINDS = ["Temporary", "Residence"];
const OTHERS = ["Cleaner", "Contractor", "Other"];
const LAST_PURPOSE = "property_service.key_purpose";
const escape = frappe.utils.escape_html;

class KeyCounter {
	constructor(wrapper) {
		this.body = $(wrapper).find(".layout-main-section");
		this.body.html(frappe.render_template("key_counter", { kinds: KINDS }));
		for (const part of [
			"scan",
			"key",
			"lend",
			"borrower",
			"found",
			"purpose",
			"deposit",
			"deposit_amount",
			"deposit_mode",
			"back",
			"done",
			"out",
		]) {
			this[part] = this.body.find(`[data-part="${part}"]`);
		}
		this.bind_scan();
		this.bind_borrower();
		this.bind_lend();
		$(wrapper).on("keydown", (event) => {
			if (event.key !== "Escape") return;
			event.stopPropagation(); // the desk would take the focus away again
			this.restart();
		});
	}

	restart() {
		this.current = null;
		this.person = null;
		this.found_rows = [];
		for (const part of ["key", "found", "done"]) this[part].empty();
		this.lend.addClass("hidden");
		this.back.addClass("hidden");
		this.scan.val("").trigger("focus");
	}

	// One thing at a time: a second Enter while the first is under way does nothing.
	async once(action) {
		if (this.busy) return;
		this.busy = true;
		try {
			await action();
		} catch {
			this.scan.trigger("select"); // the refusal is on the screen; the next scan replaces the tag
		} finally {
			this.busy = false;
		}
	}

	// ---- scanning ---------------------------------------------------------------------------------------------

	bind_scan() {
		this.scan.on("keydown", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			const tag = this.scan.val().trim();
			this.scan.val("");
			this.once(() => this.take(tag));
		});
	}

	take(tag) {
		const loan = this.current && this.current.loan;
		const same = this.current && tag.toUpperCase() === this.current.key.name;
		if (loan && (!tag || same)) return this.take_back();
		return tag ? this.look_at(tag) : null;
	}

	async look_at(tag) {
		this.done.empty();
		this.lend.addClass("hidden");
		this.back.addClass("hidden");
		this.key.empty();
		this.current = null;
		this.current = await frappe.xcall(`${LOAN_API}.counter.scan`, { tag });
		this.show_key();
		const { key, loan } = this.current;
		if (loan) {
			this.back.removeClass("hidden");
			this.scan.trigger("focus");
		} else if (key.status === "In Cabinet") {
			this.begin_lending();
		}
	}

	show_key() {
		const { key, loan, overdue } = this.current;
		const colours = {
			"In Cabinet": "green",
			Lent: overdue ? "red" : "blue",
			Lost: "red",
			Retired: "gray",
		};
		const state = overdue ? __("Overdue") : __(key.status);
		const lines = [
			`<h4 style="margin: 0"><a href="${frappe.utils.get_form_link("Property Key", key.name)}">${escape(key.name)}</a>
				<span class="indicator-pill ${colours[key.status]}">${escape(state)}</span></h4>`,
			`<div class="text-muted">${[key.opens, key.storage_place].filter(Boolean).map(escape).join(" · ")}</div>`,
		];
		if (loan) {
			const who = [loan.borrower_name, loan.borrower_unit, loan.borrower_phone, loan.purpose];
			lines.push(`<div><b>${who.filter(Boolean).map(escape).join(" · ")}</b></div>`);
			lines.push(
				`<div class="text-muted">${__("Out since {0}", [when(loan.borrowed_on)])}${
					loan.due_on ? ` · ${__("Due {0}", [when(loan.due_on)])}` : ""
				}</div>`
			);
		}
		this.key.html(lines.join(""));
	}

	// ---- lending ----------------------------------------------------------------------------------------------

	begin_lending() {
		this.person = null;
		this.found.empty();
		this.borrower.val("");
		this.purpose.val(localStorage.getItem(LAST_PURPOSE) || "");
		this.set_kind("Temporary");
		this.deposit.addClass("hidden");
		this.deposit_amount.val("");
		this.lend.removeClass("hidden");
		this.borrower.trigger("focus");
	}

	bind_borrower() {
		this.borrower.on(
			"input",
			frappe.utils.debounce(() => this.look_up(), 120)
		);
		this.borrower.on("keydown", (event) => {
			if (event.key === "ArrowDown") this.mark(this.marked + 1);
			else if (event.key === "ArrowUp") this.mark(this.marked - 1);
			else if (event.key === "Enter") this.once(() => this.take_marked());
			else return;
			event.preventDefault();
		});
		this.found.on("click", "[data-index]", (event) =>
			this.choose(this.found_rows[event.currentTarget.dataset.index])
		);
	}

	async look_up() {
		const text = this.borrower.val().trim();
		if (this.person && text === this.found_for) return; // chosen: the field holds the name, nothing is typed
		const rows = text ? await frappe.xcall(`${LOAN_API}.counter.find_borrower`, { text }) : [];
		if (text !== this.borrower.val().trim()) return; // a newer keystroke asks already
		this.found_for = text;
		this.found_rows = rows.length ? rows : strangers(text);
		this.show_found();
	}

	show_found() {
		const line = (row, index) =>
			`<li class="list-group-item" role="option" data-index="${index}">
				<b>${escape(row.name || row.id)}</b> ${escape(row.phone || "")}
				<span class="text-muted">${escape(__(row.kind, null, "Key Loan"))} ${escape(row.unit || "")}</span>
			</li>`;
		this.found.html(this.found_rows.map(line).join(""));
		if (!this.found_rows.length && this.found_for) {
			this.found.html(
				`<li class="list-group-item text-muted">${__(
					"Nobody found. For somebody from outside type name and telephone."
				)}</li>`
			);
		}
		this.mark(0);
	}

	mark(index) {
		this.marked = Math.max(0, Math.min(index, this.found_rows.length - 1));
		this.found.find("[data-index]").removeClass("active").eq(this.marked).addClass("active");
	}

	async take_marked() {
		if (this.found_for !== this.borrower.val().trim()) await this.look_up();
		const row = this.found_rows[this.marked];
		if (row) this.choose(row);
	}

	choose(row) {
		this.person = row;
		this.found.empty();
		this.borrower.val([row.name, row.phone, row.unit].filter(Boolean).join(" · "));
		this.found_for = this.borrower.val().trim();
		this.ask_deposit(row.kind);
		this.purpose.trigger("focus").trigger("select");
	}

	// People from outside leave a deposit where the settings say so.
	async ask_deposit(kind) {
		const proposed = ["Contractor", "Other"].includes(kind) && this.current.deposit;
		this.deposit.toggleClass("hidden", !proposed);
		this.deposit_amount.val(proposed || "");
		if (!proposed || this.deposit_mode.children().length) return;
		const modes = await frappe.db.get_list("Mode of Payment", {
			fields: ["name"],
			filters: { enabled: 1 },
			order_by: "type desc, name",
		});
		this.deposit_mode.html(modes.map(({ name }) => `<option>${escape(name)}</option>`).join(""));
	}

	bind_lend() {
		this.body.on("click", "[data-kind]", (event) => this.set_kind(event.currentTarget.dataset.kind));
		this.body.on("click", "[data-action=lend]", () => this.once(() => this.lend_key()));
		this.body.on("click", "[data-action=back]", () => this.once(() => this.take_back()));
		this.body.on("click", "[data-action=open]", () =>
			frappe.set_route("Form", "Key Loan", this.current.loan.name)
		);
		this.purpose.on("keydown", (event) => {
			if (event.key !== "Enter" || event.originalEvent.isComposing) return;
			event.preventDefault();
			this.once(() => this.lend_key());
		});
	}

	set_kind(kind) {
		this.kind = kind;
		this.body.find("[data-kind]").each((_, button) => {
			const is_chosen = button.dataset.kind === kind;
			$(button).toggleClass("btn-primary", is_chosen).attr("aria-checked", String(is_chosen));
		});
	}

	async lend_key() {
		const row = this.person;
		if (!row) {
			frappe.show_alert({ message: __("Choose who takes the key."), indicator: "orange" });
			this.borrower.trigger("focus");
			return;
		}
		const purpose = this.purpose.val().trim();
		const made = await frappe.xcall(`${LOAN_API}.counter.lend`, {
			property_key: this.current.key.name,
			loan_kind: this.kind,
			borrower_kind: row.kind,
			resident: row.kind === "Resident" ? row.id : null,
			employee: row.kind === "Employee" ? row.id : null,
			borrower_name: row.name,
			borrower_phone: row.phone,
			purpose,
			deposit: flt(this.deposit_amount.val()) || null,
			mode_of_payment: flt(this.deposit_amount.val()) ? this.deposit_mode.val() : null,
		});
		if (purpose) localStorage.setItem(LAST_PURPOSE, purpose);
		const text = made.due_on
			? __("{0} is out to {1} until {2}.", [made.key, made.borrower_name, when(made.due_on)])
			: __("{0} is out to {1}.", [made.key, made.borrower_name]);
		this.show_done(text, made.loan, "success");
	}

	async take_back() {
		const made = await frappe.xcall(`${LOAN_API}.key_loan.take_back`, { loan: this.current.loan.name });
		const texts = [__("{0} is back from {1}.", [made.key, made.borrower_name])];
		if (made.deposit_refunded) {
			texts.push(__("Pay the deposit back: {0}.", [format_currency(made.deposit_refunded)]));
		} else if (made.deposit_held) {
			texts.push(
				__("The deposit of {0} is still to be paid back.", [format_currency(made.deposit_held)])
			);
		}
		this.show_done(texts.join(" "), made.loan, made.overdue ? "warning" : "success");
	}

	show_done(text, loan, colour) {
		this.restart();
		this.done.html(
			`<div class="alert alert-${colour}" data-loan="${escape(loan)}">${escape(text)}
				<a href="${frappe.utils.get_form_link("Key Loan", loan)}">${escape(loan)}</a></div>`
		);
		return this.show_out();
	}

	// ---- what is out ------------------------------------------------------------------------------------------

	async show_out() {
		const rows = await frappe.xcall(`${LOAN_API}.counter.keys_out`);
		const now = frappe.datetime.now_datetime();
		const line = (row) =>
			`<tr><td><a href="${frappe.utils.get_form_link("Key Loan", row.name)}">${escape(row.property_key)}</a></td>
			<td>${escape(row.opens || "")}</td>
			<td>${escape(row.borrower_name)}<div class="text-muted small">${escape(row.borrower_phone || "")}</div></td>
			<td style="white-space: nowrap"><span class="indicator-pill ${row.due_on < now ? "red" : "blue"}">${when(row.due_on)}</span></td></tr>`;
		const body = rows.length
			? rows.map(line).join("")
			: `<tr><td class="text-muted" colspan="4">${__("None")}</td></tr>`;
		const head = [__("Key Tag"), __("Opens"), __("Borrower"), __("Due On", null, "Key Loan")];
		this.out.html(
			`<table class="table table-sm table-bordered"><thead><tr>${head
				.map((label) => `<th>${label}</th>`)
				.join("")}</tr></thead><tbody>${body}</tbody></table>`
		);
	}
}

function when(moment) {
	return escape(frappe.datetime.str_to_user(moment).replace(/:\d\d$/, ""));
}

// Somebody who is neither resident nor employee: "name telephone" as it was typed.
function strangers(text) {
	const parts = text.match(/^(\S.*?)[\s,，]+([\d+-]{5,})$/);
	if (!parts) return [];
	return OTHERS.map((kind) => ({ kind, name: parts[1], phone: parts[2] }));
}
