frappe.provide("property_service.repair_ticket");

// Also used by calendar and kanban: one colour per state.
property_service.repair_ticket.colours = {
	Reported: "red",
	Dispatched: "blue",
	"In Progress": "orange",
	Deferred: "purple",
	Completed: "green",
	Closed: "gray",
	Reopened: "pink",
	Cancelled: "darkgrey",
};

// Who calls: the one resident with this number, or nobody.
property_service.repair_ticket.caller_of = async (phone) => {
	if (!phone || phone.length < 7) return null;
	const people = await frappe.xcall("property_service.property_service.doctype.resident.resident.find", {
		text: phone,
	});
	return people.length === 1 ? people[0] : null;
};

// The quick entry knows the caller as the form does. It stands here because a list's script is loaded with the DocType.
frappe.ui.form.RepairTicketQuickEntryForm = class extends frappe.ui.form.QuickEntryForm {
	render_dialog() {
		super.render_dialog();
		const phone = this.dialog.get_field("contact_phone");
		phone.df.onchange = async () => {
			const resident = await property_service.repair_ticket.caller_of(phone.get_value());
			if (!resident || this.dialog.get_value("reported_by")) return;
			await this.dialog.set_values({
				reported_by: resident.name,
				contact_name: resident.resident_name,
			});
			if (resident.property_unit && !this.dialog.get_value("property_unit")) {
				await this.dialog.set_value("property_unit", resident.property_unit);
			}
		};
	}

	// The next step is the dispatch, also for who started from the list.
	open_form_if_not_list() {
		frappe.set_route("Form", this.doctype, this.dialog.doc.name);
	}
};

const OPEN = ["Reported", "Dispatched", "In Progress", "Deferred", "Reopened"];

frappe.listview_settings["Repair Ticket"] = {
	add_fields: ["status", "expected_on", "priority", "sla_resolution_by"],
	hide_name_column: false,
	has_indicator_for_draft: true,

	get_indicator(doc) {
		return [__(doc.status), property_service.repair_ticket.colours[doc.status], `status,=,${doc.status}`];
	},

	formatters: {
		reported_on: (value) =>
			value ? moment(frappe.datetime.convert_to_user_tz(value)).format("MM-DD HH:mm") : "",
		priority(value) {
			const colour = { Emergency: "red", Urgent: "orange" }[value];
			const text = frappe.utils.escape_html(__(value || ""));
			return colour ? `<span class="indicator-pill no-indicator-dot ${colour}">${text}</span>` : text;
		},
	},

	onload(listview) {
		const now = () => frappe.datetime.now_datetime();
		const filters = {
			[__("Mine, not Closed")]: () => [
				["first_handler", "=", frappe.session.user],
				["status", "not in", ["Closed", "Cancelled"]],
			],
			[__("Overdue")]: () => [
				["status", "in", OPEN],
				["sla_resolution_by", "is", "set"],
				["sla_resolution_by", "<", now()],
			],
			[__("Past the Expected Date")]: () => [
				["status", "in", OPEN],
				["expected_on", "is", "set"], // Frappe counts an empty time as long ago
				["expected_on", "<", now()],
			],
			[__("To Follow Up")]: () => [
				["status", "=", "Completed"],
				["follow_up_required", "=", 1],
				["follow_up_outcome", "=", ""],
			],
			[__("Reopened")]: () => [["status", "=", "Reopened"]],
		};
		for (const [label, conditions] of Object.entries(filters)) {
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area
						.clear(false)
						.then(() =>
							listview.filter_area.add(conditions().map((c) => ["Repair Ticket", ...c]))
						),
				__("Show")
			);
		}
	},
};
