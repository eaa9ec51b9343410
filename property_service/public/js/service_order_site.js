// The technician's panel on top of a service order: arrive, photos, materials, signature, finish, a tap each (SVC-09).
// Everything typed here is the form's own document; it is saved with the photos and with Finish.

frappe.provide("property_service.service_order");

(() => {
	const API = "property_service.property_service.doctype.service_order.service_order";
	const OPEN = ["Dispatched", "In Progress"];
	const esc = frappe.utils.escape_html;

	property_service.service_order.show_site_panel = (frm) => {
		const wrapper = frm.get_field("site_panel").$wrapper.empty();
		const wanted = is_wanted(frm);
		frm.layout.wrapper.toggleClass("service-order-compact", wanted && !frm.show_all_fields);
		if (wanted) new SitePanel(frm, wrapper);
	};

	function is_wanted(frm) {
		const on_site = frappe.user.has_role("Technician") || frappe.user.has_role("Department Head");
		return on_site && !frm.is_new() && OPEN.includes(frm.doc.status);
	}

	class SitePanel {
		constructor(frm, wrapper) {
			this.frm = frm;
			this.doc = frm.doc;
			this.started = frm.doc.status === "In Progress";
			this.wrapper = $(`<div class="site-panel"></div>`).appendTo(wrapper);
			this.wrapper.append(this.summary(), this.buttons(), this.parts(), this.footer());
			this.bind();
			if (this.started) this.show_part(frm.site_part);
		}

		summary() {
			const { customer_name, customer_phone, customer_address, matter, planned_for, priority } =
				this.doc;
			const phone = customer_phone
				? `<a class="site-phone" href="tel:${esc(customer_phone)}">${esc(customer_phone)}</a>`
				: "";
			const when = planned_for ? frappe.datetime.str_to_user(planned_for) : "";
			return `<div class="site-summary">
				<div class="site-matter">${esc(matter || "")}</div>
				<div>${esc(customer_address || "")}</div>
				<div>${esc(customer_name || "")} ${phone}</div>
				<div class="text-muted">${[priority && __(priority), when].filter(Boolean).map(esc).join(" · ")}</div>
			</div>`;
		}

		buttons() {
			const { photos = [], materials = [], customer_signature, sign_off_method } = this.doc;
			const signed = customer_signature || (sign_off_method && sign_off_method !== "Drawn Signature");
			const steps = [
				["arrive", __("Arrive"), this.started, this.started ? "✓" : "1"],
				["photo", __("Photos"), photos.length, photos.length || "2"],
				[
					"materials",
					__("Materials", null, "Service Order"),
					materials.length,
					materials.length || "3",
				],
				["sign", __("Signature"), signed, signed ? "✓" : "4"],
				["finish", __("Finish"), false, "5"],
			];
			const html = steps.map(([step, label, done, mark]) => {
				const disabled = (step === "arrive") === this.started ? "disabled" : "";
				return `<button class="btn site-step ${done ? "site-done" : ""}" data-step="${step}" ${disabled}>
					<span class="site-mark">${mark}</span><span>${label}</span></button>`;
			});
			return `<div class="site-steps">${html.join("")}</div>
				<input type="file" class="site-camera hidden" accept="image/*" capture="environment" multiple>`;
		}

		parts() {
			if (!this.started) return "";
			return `<label class="site-label">${__("Work Done", null, "Service Order")}</label>
				<textarea class="form-control site-work" rows="2">${esc(this.doc.work_done || "")}</textarea>
				<div class="site-photos"></div>
				<div class="site-part" data-part="materials"></div>
				<div class="site-part" data-part="sign"></div>`;
		}

		footer() {
			return `<div class="site-footer">
				<button class="btn btn-default btn-sm" data-step="return">${__("Return to Desk")}</button>
				<button class="btn btn-default btn-sm" data-step="all">${
					this.frm.show_all_fields ? __("Fewer Fields") : __("All Fields")
				}</button></div>`;
		}

		bind() {
			const act = {
				arrive: () => this.call("arrive"),
				photo: () => this.wrapper.find(".site-camera").trigger("click"),
				materials: () => this.show_part("materials"),
				sign: () => this.show_part("sign"),
				finish: () => this.finish(),
				return: () => property_service.service_order.return_to_desk(this.frm),
				all: () => this.toggle_fields(),
			};
			this.wrapper.on("click", "[data-step]", (event) => act[event.currentTarget.dataset.step]());
			this.wrapper.on("change", ".site-camera", (event) => this.upload([...event.target.files]));
			this.wrapper.on("change", ".site-work", (event) =>
				this.frm.set_value("work_done", event.target.value)
			);
			this.show_photos();
		}

		toggle_fields() {
			this.frm.show_all_fields = !this.frm.show_all_fields;
			this.frm.refresh();
		}

		call(method, args = {}) {
			return frappe
				.call({ method: `${API}.${method}`, args: { order: this.doc.name, ...args }, freeze: true })
				.then(() => this.frm.reload_doc());
		}

		show_photos() {
			const images = (this.doc.photos || []).map((row) => `<img src="${encodeURI(row.image)}" alt="">`);
			this.wrapper.find(".site-photos").html(images.join(""));
		}

		async upload(files) {
			frappe.dom.freeze(__("Uploading photos"));
			try {
				for (const file of files) {
					const image = await upload_photo(this.doc, file);
					this.frm.add_child("photos", { image, taken: "After Work" });
				}
				await this.frm.save();
			} catch (error) {
				frappe.msgprint({
					message: esc(error.message),
					indicator: "red",
					title: __("Photo not uploaded"),
				});
			} finally {
				frappe.dom.unfreeze();
			}
		}

		show_part(part) {
			this.frm.site_part = part;
			this.wrapper.find(".site-part").hide();
			if (!part) return;
			const $part = this.wrapper.find(`[data-part="${part}"]`).empty().show();
			if (part === "materials") this.materials($part);
			if (part === "sign") this.sign_off($part);
		}

		materials($part) {
			if (!(this.doc.materials || []).length) this.frm.add_child("materials", { qty: 1 });
			for (const row of this.doc.materials) {
				const $row = $(`<div class="site-row">
					<input class="form-control" data-field="item_name" placeholder="${__("Material")}">
					<input class="form-control" data-field="qty" type="number" min="0" step="any" inputmode="decimal"
						placeholder="${__("Quantity")}"></div>`).appendTo($part);
				$row.find("input").each((_, input) => {
					input.value = row[input.dataset.field] || "";
					input.onchange = () =>
						frappe.model.set_value(row.doctype, row.name, input.dataset.field, input.value);
				});
			}
			$(`<button class="btn btn-default btn-sm">${__("Another Material")}</button>`)
				.appendTo($part)
				.on("click", () => {
					this.frm.add_child("materials", { qty: 1 });
					this.show_part("materials");
				});
		}

		sign_off($part) {
			const inspected = this.doc.repair_kind === "Public Repair";
			if (!this.doc.sign_off_method) {
				this.frm.set_value("sign_off_method", inspected ? "Inspection" : "Drawn Signature");
			}
			const fields = inspected
				? ["sign_off_role", "sign_off_name", "customer_signature"]
				: ["sign_off_method", "customer_signature", "customer_satisfaction"];
			this.controls = fields.map((fieldname) => this.control($part, fieldname));
		}

		control($part, fieldname) {
			// The form hides what the sign-off method, chosen a moment ago, does not ask for yet; the panel shows it at once.
			const shown = {
				hidden: 0,
				hidden_due_to_dependency: false,
				read_only: 0,
				description: "",
				depends_on: "",
			};
			const df = { ...this.frm.get_field(fieldname).df, ...shown };
			if (fieldname === "customer_signature") df.label = __("Sign here");
			df.change = function () {
				const value = this.get_value();
				if ((value || "") !== (cur_frm.doc[fieldname] || "")) cur_frm.set_value(fieldname, value);
			};
			const control = frappe.ui.form.make_control({ df, parent: $part, render_input: true });
			control.set_value(this.doc[fieldname]);
			return control;
		}

		async finish() {
			this.frm.doc.work_done = this.wrapper.find(".site-work").val();
			this.drop_empty_materials();
			const { work_done, sign_off_method, customer_signature } = this.frm.doc;
			if (!work_done) return this.remind(__("Write down what was done."), ".site-work");
			if (!sign_off_method || (sign_off_method === "Drawn Signature" && !customer_signature)) {
				this.show_part("sign");
				return this.remind(__("Let the customer sign, or choose another way of signing off."));
			}
			this.frm.site_part = null;
			this.frm.dirty();
			await this.frm.save();
			await this.call("finish");
			frappe.show_alert({ message: __("Order finished"), indicator: "green" });
		}

		drop_empty_materials() {
			const rows = this.frm.doc.materials || [];
			for (const row of rows.filter((row) => !row.item_name))
				frappe.model.clear_doc(row.doctype, row.name);
			this.frm.doc.materials = rows.filter((row) => row.item_name);
		}

		remind(message, selector) {
			frappe.show_alert({ message, indicator: "orange" });
			if (selector) this.wrapper.find(selector).trigger("focus");
		}
	}

	async function upload_photo(doc, file) {
		const form = new FormData();
		form.append("file", file, file.name);
		form.append("is_private", 1);
		form.append("doctype", doc.doctype);
		form.append("docname", doc.name);
		form.append("optimize", 1);
		const answer = await fetch("/api/method/upload_file", {
			method: "POST",
			body: form,
			headers: { Accept: "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token },
		});
		if (!answer.ok)
			throw new Error(__("The photo could not be stored. Check the network and try again."));
		return (await answer.json()).message.file_url;
	}
})();
