// The list of requests: where each waits, and the monthly plan at a click (WH-04, WH-06).

(() => {
	const MAKING = "property_service.buying.plan_making";
	const COLOURS = {
		Draft: "gray",
		"Pending Finance": "orange",
		"Pending GM": "orange",
		"Pending Department Head": "orange",
		Returned: "red",
		Rejected: "red",
	};
	const settings = (frappe.listview_settings["Material Request"] =
		frappe.listview_settings["Material Request"] || {});
	const { get_indicator, onload } = settings;

	settings.add_fields = [
		...(settings.add_fields || []),
		"approval_state",
		"approval_route",
		"plan_type",
		"is_late",
	];
	// Frappe calls every unsubmitted document a draft unless it is told otherwise.
	settings.has_indicator_for_draft = true;
	settings.get_indicator = (doc) => {
		if (doc.docstatus !== 0) return get_indicator && get_indicator(doc);
		const colour = doc.approval_route && COLOURS[doc.approval_state];
		if (!colour) return [__("Draft"), "red", "docstatus,=,0"];
		return [__(doc.approval_state), colour, `approval_state,=,${doc.approval_state}`];
	};
	settings.onload = (list) => {
		if (onload) onload(list);
		if (!frappe.user.has_role("Storekeeper")) return;
		list.page.add_inner_button(__("Make Monthly Plan"), () => property_service.make_monthly_plan());
	};

	frappe.provide("property_service");
	property_service.make_monthly_plan = (store) => {
		const company = frappe.defaults.get_user_default("Company");
		const dialog = new frappe.ui.Dialog({
			title: __("Make Monthly Plan"),
			fields: [
				{
					fieldname: "store",
					fieldtype: "Link",
					options: "Warehouse",
					label: __("Store"),
					reqd: 1,
					default: store,
					get_query: () => ({
						query: "property_service.stock.stores.store_query",
						filters: { company },
					}),
				},
				{
					fieldname: "month",
					fieldtype: "Select",
					label: __("Planned Month"),
					options: months(),
					default: months()[0].value,
					reqd: 1,
				},
				{ fieldname: "progress", fieldtype: "HTML" },
			],
			primary_action_label: __("Make Monthly Plan"),
			primary_action: ({ store, month }) => make(dialog, store, month),
		});
		if (!store) {
			frappe
				.xcall("property_service.stock.stores.default_store", { company })
				.then((name) => name && dialog.set_value("store", name));
		}
		dialog.show();
	};

	// Next month, or the running one when its plan is late.
	function months() {
		const first = frappe.datetime.month_start();
		return [frappe.datetime.add_months(first, 1), first].map((day) => ({
			value: day,
			label: day.slice(0, 7),
		}));
	}

	function make(dialog, store, month) {
		dialog.disable_primary_action();
		return frappe
			.xcall(`${MAKING}.make_monthly`, { store, month })
			.then((answer) => (answer.request ? answer : follow(dialog, store, month)))
			.then(({ request }) => {
				if (!request) return;
				dialog.hide();
				frappe.set_route("Form", "Material Request", request);
			})
			.catch(() => dialog.enable_primary_action());
	}

	async function follow(dialog, store, month) {
		for (;;) {
			const state = await frappe.xcall(`${MAKING}.progress`, { store, month });
			show(dialog, state);
			if (state.request) return state;
			if (state.problem) {
				dialog.enable_primary_action();
				return {};
			}
			await new Promise((done) => setTimeout(done, 1000));
		}
	}

	function show(dialog, { percent, problem }) {
		const text = problem ? frappe.utils.escape_html(problem) : __("Drawing up the plan …");
		dialog.get_field("progress").$wrapper.html(
			`<div class="progress" style="height: 8px"><div class="progress-bar" style="width: ${percent}%"></div></div>
			<p class="small text-muted mt-2 plan-progress">${text}</p>`
		);
	}
})();
