"""Workable accounts of the one-card for each company's own chart (ORG-06, DESK-02). Made once per company."""

from frappe.model.document import Document

from property_service.setup.memory import made, remember
from property_service.setup.till import ASSET, SERVICE_TAX, Chart, has_chart


def fill(settings: Document) -> None:
	"""Give each company whose chart is there what the till's set-up left open. `settings`: the caller saves it."""
	for row in settings.companies:
		key = f"cards/{row.company}"
		if key in made() or not has_chart(row.company):
			continue
		fill_company(row)
		remember(key, "")


def fill_company(row: Document) -> None:
	chart = Chart(row.company)
	if not row.card_tax_account:
		row.card_tax_account, row.card_tax_rate = chart.account("output_tax"), SERVICE_TAX
	# A wrong top-up that was closed left its difference there.
	row.card_correction_account = row.card_correction_account or row.over_short_account
	row.card_opening_account = row.card_opening_account or chart.leaf("Temporary", ASSET)
