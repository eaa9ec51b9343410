// Gate Check (DESK-11): the guard scans the code of a release pass with a phone, compares the goods, lets them out once.

frappe.pages["gate-check"].on_page_load = (wrapper) => {
	frappe.ui.make_app_page({ parent: wrapper, title: __("Gate Check"), single_column: true });
	wrapper.gate = new GateCheck(wrapper);
};

// The code leads to /app/gate-check/FX-2026-00001.
frappe.pages["gate-check"].on_page_show = (wrapper) => wrapper.gate.begin(frappe.get_route()[1]);

const GATE_API = "property_service.property_service.doctype.goods_release_pass.gate";
const escape = frappe.utils.escape_html;

class GateCheck {
	constructor(wrapper) {
		this.body = $(wrapper).find(".layout-main-section");
		this.body.html(frappe.render_template("gate_check", {}));
		for (const part of ["number", "pass", "done"]) {
			this[part] = this.body.find(`[data-part="${part}"]`);
		}
		this.number.on("keydown", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			this.look_up(this.number.val());
		});
		this.pass.on("click", "[data-action=release]", () => this.release());
	}

	begin(number) {
		this.pass.empty();
		this.done.empty();
		this.number.val("").trigger("focus");
		if (number) this.look_up(number);
	}

	// A hand scanner types the address that the code holds.
	async look_up(text) {
		const name = decodeURIComponent(text.trim().split("/").pop().split("?")[0]).toUpperCase();
		this.number.val("");
		this.pass.empty();
		this.done.empty();
		if (!name) return;
		try {
			this.show(await frappe.xcall(`${GATE_API}.look_up`, { name }));
		} catch {
			this.number.trigger("focus"); // the refusal is on the screen
		}
	}

	show(known) {
		this.known = known;
		const fact = (label, value) =>
			value ? `<tr><td class="text-muted">${label}</td><td><b>${escape(value)}</b></td></tr>` : "";
		const line = (row, index) =>
			`<tr><td>${index + 1}</td><td>${escape(row.goods)} ${escape(row.specification || "")}</td>
			<td style="text-align: right; white-space: nowrap">${row.qty} ${escape(row.unit || "")}</td></tr>`;
		const day = frappe.datetime.str_to_user(known.valid_on);
		this.pass.html(
			`<div class="alert alert-${known.may_leave ? "success" : "danger"}" data-pass="${escape(known.name)}">
				<b>${known.may_leave ? __("May Leave") : __("Must Not Leave")}</b> · ${__(known.status, null, "Goods Release Pass")}
			</div>
			<table class="table table-sm">
				${fact(__("Pass No."), known.name)}
				${fact(__("Carrier", null, "Goods Release Pass"), `${known.carrier_name} (${__(known.carrier_kind, null, "Goods Release Pass")})`)}
				${fact(__("Property Unit"), known.unit)}${fact(__("Plate"), known.plate)}
				${fact(__("Valid On"), day)}${fact(__("Approved By"), known.approved_by)}
			</table>
			<table class="table table-sm table-bordered"><tbody>${known.goods.map(line).join("")}</tbody></table>
			${
				known.may_leave
					? `<button type="button" class="btn btn-primary btn-block" style="height: 48px; width: 100%; font-size: 16px" data-action="release">${__("Goods Agree, Let Out")}</button>`
					: ""
			}`
		);
		this.pass.find("[data-action=release]").trigger("focus");
	}

	async release() {
		if (this.busy) return;
		this.busy = true;
		try {
			const made = await frappe.xcall(`${GATE_API}.release`, { name: this.known.name });
			this.begin();
			this.done.html(
				`<div class="alert alert-success" data-released="${escape(made.name)}">${__(
					"{0} has left: {1}",
					[escape(made.name), escape(frappe.datetime.str_to_user(made.checked_on))]
				)}</div>`
			);
		} catch {
			// the refusal is on the screen
		} finally {
			this.busy = false;
		}
	}
}
