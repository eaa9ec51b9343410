// Purchase plan and issue request on ERPNext's Material Request: who takes which step, and what finance and the general
// manager weigh, on the request itself (WH-04 to WH-06). Every rule is the server's; this only shows and asks.

(() => {
	const STEPS = "property_service.buying.plan_steps";
	const PLAN = "Purchase Plan";
	const REVIEWED = ["Pending Finance", "Pending GM", "Returned", "Rejected", "Approved"];
	const esc = frappe.utils.escape_html;

	frappe.ui.form.on("Material Request", {
		setup(frm) {
			frm.set_query("store", () => ({
				query: "property_service.stock.stores.store_query",
				filters: { company: frm.doc.company },
			}));
		},
		refresh(frm) {
			const plan = frm.doc.approval_route === PLAN;
			const reviewed = plan && !frm.is_new() && REVIEWED.includes(frm.doc.approval_state);
			show_intro(frm);
			frm.toggle_display(["review_section", "plan_review"], reviewed);
			frm.toggle_display("budget_section", plan && !reviewed);
			// Finance and the general manager weigh the plan: the fields as they are entered would be in their way.
			const entered = ["type_section", "warehouse_section", "items_section"];
			frm.toggle_display(entered, !(reviewed && is_reviewer(frm)));
			if (reviewed) new PlanReview(frm, frm.get_field("plan_review").$wrapper);
			show_trail(frm);
		},
		before_workflow_action(frm) {
			const method = { Return: "send_back", Reject: "reject" }[frm.selected_workflow_action];
			if (!method || !frm.doc.approval_route) return;
			frappe.dom.unfreeze();
			ask_reason(frm, frm.selected_workflow_action, method);
			return new Promise(() => {});
		},
	});

	function show_intro(frm) {
		frm.set_intro("");
		if (frm.doc.is_late) frm.set_intro(esc(frm.doc.late_note), "orange");
		if (["Returned", "Rejected"].includes(frm.doc.approval_state) && frm.doc.return_reason) {
			const label = __(frm.doc.approval_state);
			frm.set_intro(`${label}: ${esc(frm.doc.return_reason)}`, "red");
		}
	}

	// Who took which step, in words; the table behind it holds them in English.
	function show_trail(frm) {
		frm.toggle_display("approval_steps", false);
		const steps = frm.doc.approval_steps || [];
		frm.toggle_display("approval_section", steps.length > 0);
		const lines = steps.map((step) => {
			const who = esc(frappe.user.full_name(step.actor));
			const role = step.actor_role ? ` (${esc(__(step.actor_role))})` : "";
			const when = frappe.datetime.str_to_user(String(step.acted_on).slice(0, 16));
			const why = step.comment ? `<div class="text-muted">${esc(step.comment)}</div>` : "";
			return `<li><b>${esc(__(step.action, null, "Material Request"))}</b> · ${who}${role} · ${esc(when)}${why}</li>`;
		});
		frm.get_field("approval_trail").$wrapper.html(`<ol class="pl-4">${lines.join("")}</ol>`);
	}

	function is_reviewer(frm) {
		const role = { "Pending Finance": "Finance Manager", "Pending GM": "General Manager" };
		return frappe.user.has_role(role[frm.doc.approval_state] || []);
	}

	function ask_reason(frm, action, method) {
		const dialog = new frappe.ui.Dialog({
			title: __(action, null, "Material Request"),
			fields: [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
			primary_action_label: __(action, null, "Material Request"),
			primary_action: ({ reason }) =>
				frappe
					.xcall(`${STEPS}.${method}`, { request: frm.doc.name, reason })
					.then(() => dialog.hide())
					.then(() => frm.reload_doc()),
		});
		dialog.show();
	}

	// ---- the panel -------------------------------------------------------------------------------------------------

	class PlanReview {
		constructor(frm, wrapper) {
			this.frm = frm;
			this.doc = frm.doc;
			this.budget = Object.assign({}, frm.doc, (frm.doc.__onload || {}).budget_now);
			this.changes = this.changes_by_row();
			this.may_change =
				this.doc.approval_state === "Pending Finance" && frappe.user.has_role("Finance Manager");
			wrapper.html(`<style>${CSS}</style><div class="plan-review">${this.html()}</div>`);
			this.wrapper = wrapper;
			this.bind();
			this.show_actions();
		}

		changes_by_row() {
			const found = {};
			(this.doc.quantity_changes || []).forEach((change) => (found[change.row] = change));
			return found;
		}

		html() {
			return (
				(is_reviewer(this.frm) ? this.head() : "") +
				this.funds() +
				this.table() +
				this.struck() +
				`<div class="plan-actions"></div>`
			);
		}

		head() {
			const { store, plan_type, plan_month, urgent_reason, requested_by, schedule_date } = this.doc;
			const parts = [
				__(plan_type, null, "Material Request"),
				plan_month && `${__("Plan Month")} ${plan_month.slice(0, 7)}`,
				store,
				frappe.user.full_name(requested_by),
				`${__("Needed By")} ${frappe.datetime.str_to_user(schedule_date)}`,
			];
			const reason = urgent_reason ? `<div>${esc(urgent_reason)}</div>` : "";
			return `<div class="plan-head">${parts.filter(Boolean).map(esc).join(" · ")}${reason}</div>`;
		}

		funds() {
			const { plan_amount, rows_without_rate } = this.doc;
			const { budget_source, month_budget, month_used, month_left, year_left } = this.budget;
			const has_budget = budget_source && budget_source !== "None";
			const tile = (label, value, cls = "") =>
				`<div class="plan-tile ${cls}"><span>${label}</span><b>${value}</b></div>`;
			const left = (value) => (has_budget && value < 0 ? "short" : "");
			const tiles = [
				tile(__("Plan Amount"), money(plan_amount)),
				tile(__("Budget of the Month"), has_budget ? money(month_budget) : __("Not set")),
				tile(__("Used in the Month"), money(month_used)),
			];
			if (has_budget) {
				tiles.push(
					tile(__("Left in the Month after This Plan"), money(month_left), left(month_left)),
					tile(__("Left in the Year after This Plan"), money(year_left), left(year_left))
				);
			}
			const missing = rows_without_rate
				? `<div class="plan-missing">${__("{0} rows have no rate: the amount is too low.", [
						rows_without_rate,
					])}</div>`
				: "";
			return `<div class="plan-tiles">${tiles.join("")}</div>${missing}`;
		}

		table() {
			const heads = [
				["", "no"],
				[__("Item"), "item"],
				[__("Balance in Qualified"), "num"],
				[__("Stock Limit"), "num"],
				[__("Consumption of the Month"), "num"],
				[__("Forecast of Next Month"), "num"],
				[__("On Order"), "num"],
				[__("Requested Quantity", null, "Material Request Item"), "num"],
				[__("Approved Quantity"), "num strong"],
				[__("Estimated Rate"), "num"],
				[__("Estimated Amount"), "num"],
			];
			const head = heads.map(([label, cls]) => `<th class="${cls}">${label}</th>`).join("");
			const body = this.doc.items.map((row) => this.row(row, heads)).join("");
			return `<table class="plan-rows"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
		}

		row(row, heads) {
			const unit = row.conversion_factor !== 1 ? ` × ${number(row.conversion_factor)}` : "";
			const spec = row.specification ? `<span class="plan-spec">${esc(row.specification)}</span>` : "";
			const name = `<b>${esc(row.item_name || row.item_code)}</b>${spec}
				<span class="plan-code">${esc(row.item_code)} · ${esc(__(row.uom || ""))}${unit}</span>
				${row.purpose ? `<span class="plan-code">${esc(row.purpose)}</span>` : ""}`;
			const low = flt(row.balance_qty) < flt(row.stock_limit) ? "low" : "";
			const values = [
				row.idx,
				name,
				number(row.balance_qty),
				number(row.stock_limit),
				number(row.month_consumption),
				number(row.forecast_qty),
				number(row.on_order_qty),
				number(row.requested_qty),
				this.quantity(row),
				row.rate_source === "Missing"
					? `<span class="indicator-pill red">${__("Missing", null, "Material Request Item")}</span>`
					: money(row.estimated_rate),
				money(row.estimated_amount),
			];
			const cells = values.map((value, i) => {
				const cls = `${heads[i][1]} ${i === 2 ? low : ""}`;
				return `<td class="${cls}" data-label="${esc(heads[i][0])}">${value}</td>`;
			});
			return `<tr data-row="${esc(row.name)}">${cells.join("")}</tr>`;
		}

		quantity(row) {
			const change = this.changes[row.name];
			const before = change
				? `<s title="${esc(change.reason || "")}">${number(change.old_qty)}</s> `
				: "";
			const pencil = this.may_change
				? `<button class="btn btn-xs btn-default plan-change" title="${__(
						"Change Quantity"
					)}">${frappe.utils.icon("edit", "xs")}</button>`
				: "";
			return `${before}<b>${number(row.qty)}</b> ${pencil}`;
		}

		struck() {
			const struck = (this.doc.quantity_changes || []).filter((change) => !flt(change.new_qty));
			if (!struck.length) return "";
			const lines = struck.map(
				(change) =>
					`<div>${esc(change.item_code)}: <s>${number(change.old_qty)}</s> ${__("Struck by {0}", [
						esc(frappe.user.full_name(change.changed_by)),
					])} · ${esc(change.reason || "")}</div>`
			);
			return `<div class="plan-struck">${lines.join("")}</div>`;
		}

		bind() {
			this.wrapper.find(".plan-change").on("click", (event) => {
				const name = $(event.currentTarget).closest("tr").attr("data-row");
				this.change(this.doc.items.find((row) => row.name === name));
			});
		}

		change(row) {
			const dialog = new frappe.ui.Dialog({
				title: `${row.item_name || row.item_code} · ${__(row.uom || "")}`,
				fields: [
					{
						fieldname: "quantity",
						fieldtype: "Float",
						label: __("Approved Quantity"),
						default: row.qty,
						description: __("0 strikes the row"),
						reqd: 0,
					},
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
				],
				primary_action_label: __("Change Quantity"),
				primary_action: ({ quantity, reason }) =>
					frappe
						.xcall(`${STEPS}.change_quantity`, {
							request: this.doc.name,
							row: row.name,
							quantity: quantity || 0,
							reason,
						})
						.then(() => dialog.hide())
						.then(() => this.frm.reload_doc()),
			});
			dialog.show();
		}

		// The workflow's own menu hides behind a button; whoever decides finds the steps below what was weighed.
		show_actions() {
			if (!is_reviewer(this.frm)) return;
			frappe.workflow.get_transitions(this.doc).then((transitions) => {
				const target = this.wrapper.find(".plan-actions").empty();
				[...new Set(transitions.map((transition) => transition.action))].forEach((action) => {
					const look =
						{ Return: "btn-default", Reject: "btn-default plan-reject" }[action] || "btn-primary";
					$(`<button class="btn ${look}" data-action="${esc(action)}"></button>`)
						.text(__(action, null, "Material Request"))
						.appendTo(target)
						.on("click", () => this.take(action));
				});
			});
		}

		take(action) {
			const method = { Return: "send_back", Reject: "reject" }[action];
			if (method) return ask_reason(this.frm, action, method);
			frappe.dom.freeze();
			frappe
				.xcall("frappe.model.workflow.apply_workflow", { doc: this.doc, action })
				.then(() => this.frm.reload_doc())
				.finally(() => frappe.dom.unfreeze());
		}
	}

	const number = (value) => String(parseFloat(flt(value).toFixed(3)));
	const money = (value) => format_currency(flt(value), frappe.boot.sysdefaults.currency, 2);

	const CSS = `
		.plan-head { margin-bottom: 12px; }
		.plan-tiles { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 12px; }
		.plan-tile { flex: 1 1 130px; border: 1px solid var(--border-color); border-radius: 8px; padding: 8px 12px; }
		.plan-tile span { display: block; color: var(--text-muted); font-size: 12px; }
		.plan-tile b { font-size: 16px; font-variant-numeric: tabular-nums; }
		.plan-tile.short { border-color: var(--red-400); background: var(--red-50); }
		.plan-tile.short b { color: var(--red-600); }
		.plan-missing { color: var(--orange-600, #c05621); margin-bottom: 8px; }
		.plan-rows { width: 100%; font-variant-numeric: tabular-nums; }
		.plan-rows th { font-weight: normal; color: var(--text-muted); font-size: 12px; vertical-align: bottom; }
		.plan-rows th, .plan-rows td { padding: 6px; border-bottom: 1px solid var(--border-color); }
		.plan-rows .num { text-align: right; white-space: nowrap; }
		.plan-rows th.num { white-space: normal; min-width: 56px; }
		.plan-rows .no { color: var(--text-muted); width: 28px; }
		.plan-rows .low { color: var(--red-600); font-weight: 600; }
		.plan-rows .strong { background: var(--control-bg); }
		.plan-spec { margin-left: 6px; color: var(--text-muted); }
		.plan-code { display: block; color: var(--text-muted); font-size: 12px; }
		.plan-struck { margin-top: 8px; color: var(--text-muted); }
		.plan-actions { display: flex; gap: 8px; margin-top: 12px; }
		.plan-actions .plan-reject { color: var(--red-600); }
		@media (max-width: 767px) {
			.plan-tile { flex-basis: calc(50% - 8px); }
			.plan-rows, .plan-rows tbody { display: block; }
			.plan-rows thead { display: none; }
			.plan-rows tr { display: grid; grid-template-columns: repeat(3, 1fr); gap: 2px 8px;
				border: 1px solid var(--border-color); border-radius: 8px; padding: 10px 12px; margin-bottom: 8px; }
			.plan-rows td { display: block; border: 0; padding: 2px 0; text-align: left !important; }
			.plan-rows td.no { display: none; }
			.plan-rows td.item { grid-column: 1 / -1; }
			.plan-rows td.num::before { content: attr(data-label); display: block; color: var(--text-muted);
				font-size: 11px; white-space: normal; }
			.plan-rows .strong { background: none; }
			.plan-rows .strong b { font-size: 16px; }
			.plan-actions { position: sticky; bottom: 0; background: var(--fg-color); padding: 10px 0; z-index: 2; }
			.plan-actions .btn { flex: 1; padding: 10px 4px; font-size: 15px; }
		}
	`;
})();
