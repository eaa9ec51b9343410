// Article Scan (LV-03): the label of a shared article is scanned with a phone; a turn begins, or ends.

frappe.pages["article-scan"].on_page_load = (wrapper) => {
	frappe.ui.make_app_page({ parent: wrapper, title: __("Article Scan"), single_column: true });
	wrapper.scan = new ArticleScan(wrapper);
};

// The label leads to /app/article-scan/DZ-2026-000001.
frappe.pages["article-scan"].on_page_show = (wrapper) => wrapper.scan.begin(frappe.get_route()[1]);

const USAGE_API = "property_service.low_value.usage";
const escape = frappe.utils.escape_html;

class ArticleScan {
	constructor(wrapper) {
		this.body = $(wrapper).find(".layout-main-section");
		this.body.html(frappe.render_template("article_scan", {}));
		for (const part of ["number", "article", "act", "condition", "turns"]) {
			this[part] = this.body.find(`[data-part="${part}"]`);
		}
		this.number.on("keydown", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			this.look_at(this.number.val());
		});
		for (const action of ["take_over", "give_back"]) {
			this.body.find(`[data-action="${action}"]`).on("click", () => this.do(action));
		}
	}

	begin(code) {
		this.clear();
		if (code) this.look_at(code);
	}

	clear() {
		this.known = null;
		this.article.empty();
		this.turns.empty();
		this.act.addClass("hidden");
		this.number.val("").trigger("focus");
	}

	async look_at(code) {
		this.clear();
		if (!code.trim()) return;
		try {
			this.show(await frappe.xcall(`${USAGE_API}.look_at`, { code }));
		} catch {
			this.number.trigger("focus"); // the refusal is on the screen
		}
	}

	// One step at a time: a second tap while the first is under way does nothing.
	async do(action) {
		if (this.busy || !this.known) return;
		this.busy = true;
		try {
			this.show(
				await frappe.xcall(`${USAGE_API}.${action}`, {
					code: this.known.article.name,
					condition: this.condition.val(),
				})
			);
			frappe.show_alert({ message: __("Recorded"), indicator: "green" });
		} finally {
			this.busy = false;
		}
	}

	show(known) {
		this.known = known;
		const { article, current, turns, mine } = known;
		const line = (label, value) =>
			value ? `<tr><td class="text-muted">${label}</td><td><b>${escape(value)}</b></td></tr>` : "";
		const state = __(article.status, null, "Low Value Article");
		this.article.html(
			`<h4 data-article="${escape(article.name)}">${escape(article.item_name || "")}
				<small>${escape(article.specification || "")}</small></h4>
			<table class="table table-condensed">
				${line(__("Number", null, "Low Value Article"), article.name)}
				${line(__("Status"), state)}
				${line(__("Department"), article.department)}
				${line(__("Keeper"), article.keeper_name)}
				${line(__("Location", null, "Low Value Article"), article.location)}
				${line(__("In Turn With"), current && current.employee_name)}
			</table>`
		);
		this.act.removeClass("hidden");
		this.condition.val("Good");
		this.body.find("[data-action=take_over]").toggleClass("hidden", mine);
		this.body.find("[data-action=give_back]").toggleClass("hidden", !current);
		this.turns.html(turns.map((turn) => this.turn(turn)).join(""));
	}

	turn(turn) {
		const when = (time) => (time ? frappe.datetime.str_to_user(time.slice(0, 16)) : "…");
		const condition = turn.condition_after || turn.condition_before;
		return `<div class="text-muted">${escape(turn.employee_name || "")} · ${when(turn.used_from)} — ${when(
			turn.used_to
		)} · ${__(condition, null, "Article Usage")}</div>`;
	}
}
