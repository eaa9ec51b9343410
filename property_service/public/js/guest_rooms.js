// From the list of property units: one action sends the selected guest rooms to be cleaned (SVC-13).

frappe.provide("property_service.guest_rooms");

property_service.guest_rooms.order_cleaning = (rooms) => {
	const dialog = new frappe.ui.Dialog({
		title: __("Order Guest Room Cleaning"),
		fields: [
			{
				fieldname: "rooms",
				fieldtype: "MultiSelectList",
				label: __("Guest Rooms"),
				reqd: 1,
				get_data: (txt) =>
					frappe.db.get_link_options("Property Unit", txt, {
						unit_type: "Guest Room",
						disabled: 0,
					}),
			},
			{ fieldname: "planned_for", fieldtype: "Datetime", label: __("Planned For") },
			{ fieldname: "matter", fieldtype: "Small Text", label: __("Instructions") },
		],
		primary_action_label: __("Send to the Environment Department"),
		primary_action: (values) =>
			frappe
				.call({
					method: "property_service.property_service.doctype.service_order.guest_rooms.order_cleaning",
					args: values,
					freeze: true,
				})
				.then(({ message }) => {
					dialog.hide();
					frappe.show_alert({
						message: __("Order {0} was sent to {1}", [
							frappe.utils.get_form_link("Service Order", message.name, true),
							frappe.utils.escape_html(message.assigned_to || ""),
						]),
						indicator: "green",
					});
				}),
	});
	dialog.show();
	if (rooms?.length) dialog.set_value("rooms", rooms);
	return dialog;
};

(() => {
	const settings = (frappe.listview_settings["Property Unit"] =
		frappe.listview_settings["Property Unit"] || {});
	const onload = settings.onload;
	settings.onload = function (listview) {
		onload?.call(this, listview);
		if (!frappe.model.can_create("Service Order")) return;
		listview.page.add_actions_menu_item(__("Order Guest Room Cleaning"), () => {
			const chosen = listview.get_checked_items();
			const others = chosen.filter((unit) => unit.unit_type && unit.unit_type !== "Guest Room");
			if (others.length) {
				frappe.msgprint(
					__("Only guest rooms can be sent to be cleaned; {0} is none.", [
						others[0].unit_name || others[0].name,
					])
				);
				return;
			}
			property_service.guest_rooms.order_cleaning(chosen.map((unit) => unit.name));
		});
	};
})();
