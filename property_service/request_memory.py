"""What a request remembers of the masters it has read (`request_cache`), and when it must not."""

import frappe
from frappe.model.document import Document


def begin() -> None:
	"""Before a request: nothing is remembered of the one before.

	Frappe clears a request's memory at its end, which a request that lost its database never reaches; the next one of the
	same process, whoever sends it, would go by what was so then.
	"""
	_clear()


def forget(doc: Document | None = None, method: str | None = None) -> None:
	"""Doc event of masters that are read through a request's memory: what was read may have changed.

	A rollback takes the change back, so it is forgotten once more then.
	"""
	_clear()
	frappe.db.after_rollback.add(_clear)


def _clear() -> None:
	if cache := getattr(frappe.local, "request_cache", None):
		cache.clear()
