// Where the stores' month stands, at the top of the workspace Stores (WH-30). What may be done is the server's to say.

frappe.provide("property_service.month_end");

(() => {
	const SERVER = "property_service.stock.month_end";
	const esc = frappe.utils.escape_html;
	const COLOURS = { Done: "green", "To Do": "blue", Blocked: "gray" };

	property_service.month_end.show = async (root) => {
		const company = frappe.defaults.get_user_default("Company");
		const body = root.querySelector(".month-end");
		if (!company) return;
		let stores;
		try {
			// not xcall, which in Frappe 15 knows no `silent`: a refusal would pop up over the workspace
			const method = `${SERVER}.status`;
			stores = (await frappe.call({ method, args: { company }, type: "GET", silent: true })).message;
		} catch {
			body.innerHTML = `<p class="none">${esc(__("Nothing to show for this company."))}</p>`;
			return;
		}
		body.innerHTML = stores.length
			? stores.map(store_html).join("")
			: `<p class="none">${esc(__("No store holds anything yet."))}</p>`;
		body.onclick = (event) => clicked(event, root);
	};

	function store_html(store) {
		return `<section><h4>${esc(store.store_name)} · ${esc(store.month)}</h4><ol>${store.steps
			.map((step) => step_html(store, step))
			.join("")}</ol></section>`;
	}

	function step_html(store, step) {
		const colour = step.overdue ? "red" : COLOURS[step.state];
		const words = [__(step.state, null, "Stores Month End")];
		if (step.blocked_by) words.push(__("after: {0}", [step.blocked_by]));
		if (step.due_on && step.state !== "Done") {
			const day = frappe.datetime.str_to_user(step.due_on);
			words.push(step.overdue ? __("overdue since {0}", [day]) : __("due on {0}", [day]));
		}
		const target = `data-store="${esc(store.store)}" data-month="${esc(store.month)}" data-step="${esc(step.step)}"
			data-doctype="${esc(step.doctype)}" data-name="${esc(step.name || "")}"`;
		return `<li class="${colour}"><a href="#" ${target}>${esc(step.label)}</a><span>${esc(
			words.join(" · ")
		)}</span></li>`;
	}

	function clicked(event, root) {
		const link = event.target.closest("a[data-step]");
		if (!link) return;
		event.preventDefault();
		const { store, month, step, doctype, name } = link.dataset;
		if (step === "Movement Statement" && frappe.user.has_role("Storekeeper")) {
			return make_statement(root, store, month);
		}
		if (name) return frappe.set_route("Form", doctype, name);
		if (step === "Count") return frappe.new_doc("Stock Count", { store, kind: "Monthly" });
		frappe.set_route("List", doctype, { store });
	}

	async function make_statement(root, store, month) {
		const name = await frappe.xcall(`${SERVER}.make_statement`, { store, month: `${month}-01` });
		frappe.show_alert({ message: __("The movement statement is drawn up."), indicator: "green" });
		await property_service.month_end.show(root);
		frappe.set_route("Form", "Stores Month End", name);
	}
})();
