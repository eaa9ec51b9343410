"""Expired batches are proposed for scrapping, once a month (4.7.1 a; WH-25)."""

from datetime import date

import frappe
from frappe.utils import getdate, nowdate

from property_service import approvals, notifications, settings
from property_service.property_service.doctype.scrap_request import stock_rows
from property_service.property_service.doctype.scrap_request.scrap_request import DOCTYPE
from property_service.property_service.doctype.stock_count import freezing
from property_service.rules import scrap as rules
from property_service.stock import requesters, stores


def propose_expired() -> list[str]:
	"""Monthly job: one draft per store for the batches that expired and stand on no open request; returns the drafts.

	A second run in a month makes no second draft, whatever process it is in: `proposal_key` is unique.
	"""
	made = []
	for row in settings.get().companies:
		for store in stores.stores(row.company) if row.stores else ():
			frappe.db.savepoint("scrap_proposal")
			try:
				made.append(propose_for(row.company, store))
			except (frappe.DuplicateEntryError, frappe.UniqueValidationError):
				frappe.db.rollback(save_point="scrap_proposal")
				frappe.clear_last_message()
			except Exception:
				# one store that is not in order must not keep the others from their drafts
				frappe.db.rollback(save_point="scrap_proposal")
				frappe.log_error(f"Proposal to scrap expired batches: store {store}")
	return [name for name in made if name]


def propose_for(company: str, store: str) -> str | None:
	today = getdate(nowdate())
	key = rules.proposal_key(store, today)
	if frappe.db.exists(DOCTYPE, {"proposal_key": key}):
		return None
	warehouses = [name for zone in rules.ZONES for name in stores.warehouses(store, zone)]
	wanted = rules.proposals(*lying_and_expired(warehouses, today))
	if not wanted:
		return None
	keepers = approvals.office_holders(rules.STOREKEEPER)
	doc = frappe.new_doc(DOCTYPE)
	doc.update(
		{
			"company": company,
			"source": rules.STOCK,
			"store": store,
			"items": [
				{
					"item_code": row.item,
					"warehouse": row.warehouse,
					"batch_no": row.batch,
					"qty": float(quantity),
					"reason": rules.EXPIRED,
				}
				for row, quantity in wanted
			],
		}
	)
	doc.flags.drafted_by_the_system = True
	doc.flags.proposal_key = key
	doc.flags.department = next(filter(None, map(requesters.department_of, sorted(keepers))), None)
	doc.insert(ignore_permissions=True)  # drafted by the system, for the storekeeper
	notifications.tell(
		keepers,
		"{0} batches have expired: look through the scrap request and send it for signature",
		(len(wanted),),
		doctype=DOCTYPE,
		name=doc.name,
	)
	return doc.name


def lying_and_expired(warehouses: list[str], today: date) -> tuple[list[rules.Lying], set[str]]:
	"""Every batch that lies there, with what of it stands on open requests; and those that have expired. Four statements."""
	books = {key: book for key, book in freezing.books(warehouses).items() if key[2] and book[0] > 0}
	expired = set(
		frappe.get_all(
			"Batch",
			filters={"name": ("in", sorted({key[2] for key in books}) or [""]), "expiry_date": ("<", today)},
			pluck="name",
			order_by="name",
		)
	)
	kept = stock_rows.kept_by_others(None, {key[:2] for key in books if key[2] in expired})
	lying = [
		rules.Lying(*key, quantity=book[0], kept=kept.get(key, rules.Decimal(0)))
		for key, book in sorted(books.items())
	]
	return lying, expired
