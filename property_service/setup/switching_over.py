"""The account that everything from the old books is booked against, found in each company's own chart (ORG-06)."""

from frappe.model.document import Document

from property_service.setup.till import ASSET, Chart, has_chart


def fill(settings: Document) -> None:
	"""Give each company ERPNext's account for openings, where it names none. `settings`: the caller saves it."""
	for row in settings.companies:
		if not row.opening_account and has_chart(row.company):
			row.opening_account = row.card_opening_account or Chart(row.company).leaf("Temporary", ASSET)
