// Gym Check-In (DESK-07): one scan, one visit; green lets in, red says why not.

frappe.pages["gym-check-in"].on_page_load = (wrapper) => {
	frappe.ui.make_app_page({ parent: wrapper, title: __("Gym Check-In"), single_column: true });
	wrapper.door = new GymDoor(wrapper);
};

frappe.pages["gym-check-in"].on_page_show = (wrapper) => wrapper.door.begin();

const CHECK_IN_API = "property_service.property_service.doctype.gym_membership.check_in";
const escape = frappe.utils.escape_html;

class GymDoor {
	constructor(wrapper) {
		this.body = $(wrapper).find(".layout-main-section");
		this.body.html(frappe.render_template("gym_check_in", {}));
		for (const part of ["card", "answer", "visits"]) {
			this[part] = this.body.find(`[data-part="${part}"]`);
		}
		this.card.on("keydown", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			this.check_in(this.card.val().trim());
		});
	}

	begin() {
		this.answer.empty();
		this.card.val("").trigger("focus");
		this.show_visits();
	}

	// The answer stays on the page: a dialog would have to be closed before the next card is scanned.
	check_in(card_no) {
		this.card.val("");
		if (!card_no || this.busy) return;
		this.busy = true;
		frappe.call({
			method: `${CHECK_IN_API}.check_in`,
			args: { card_no },
			silent: true,
			callback: ({ message }) => this.welcome(message),
			error: (answer) => this.turn_away(card_no, answer),
			always: () => {
				this.busy = false;
				this.card.trigger("focus");
			},
		});
	}

	welcome(visit) {
		const left = visit.by_visits
			? __("{0} visits left", [visit.visits_left])
			: __("until {0}", [frappe.datetime.str_to_user(visit.end_on)]);
		this.show("success", "✓", visit.member_name, `${visit.plan} · ${left}`, visit.membership);
		this.show_visits();
	}

	turn_away(card_no, answer) {
		const messages = JSON.parse((answer && answer._server_messages) || "[]").map(
			(message) => JSON.parse(message).message
		);
		const why = messages.map((message) => window.strip_html(message)).join(" ");
		this.show("danger", "✗", card_no, why || __("Not possible; try again."), "");
	}

	show(colour, sign, title, text, membership) {
		this.answer.html(
			`<div class="alert alert-${colour}" style="padding: 20px" data-answer="${colour}" data-membership="${escape(membership)}">
				<div style="font-size: 28px; font-weight: bold">${sign} ${escape(title)}</div>
				<div style="font-size: 16px">${escape(text)}</div>
			</div>`
		);
	}

	async show_visits() {
		const rows = await frappe.xcall(`${CHECK_IN_API}.visits_today`);
		const line = (row) =>
			`<tr><td>${escape(row.visited_on.slice(11, 16))}</td><td>${escape(row.member_name)}</td>
			<td><a href="${frappe.utils.get_form_link("Gym Membership", row.membership)}">${escape(row.card_no)}</a></td></tr>`;
		const body = rows.length
			? rows.map(line).join("")
			: `<tr><td class="text-muted">${__("None")}</td></tr>`;
		this.visits.html(`<table class="table table-sm table-bordered"><tbody>${body}</tbody></table>`);
	}
}
