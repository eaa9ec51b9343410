"""Stock Entry: what issues and returns mean for articles (LV-02, LV-04; WH-19). Runs after the stores' own checks."""

from frappe.model.document import Document

from property_service.low_value import issuing, returns, scope


def before_validate(doc: Document, method: str | None = None) -> None:
	restore(doc)
	if scope.is_on(doc.company):
		issuing.prepare(doc)
		returns.prepare(doc)


def restore(doc: Document) -> None:
	"""What the server writes stays what it wrote (Q-05)."""
	stored = doc.get_doc_before_save()
	doc.articles_state = stored.articles_state if stored else None
	if not scope.is_on(doc.company):
		for row in doc.items:
			row.update({"amortisation_method": None, "instalments": 0})


def before_submit(doc: Document, method: str | None = None) -> None:
	if scope.is_on(doc.company):
		issuing.check(doc)
		returns.check(doc)


def on_submit(doc: Document, method: str | None = None) -> None:
	if scope.is_on(doc.company):
		issuing.record(doc)
		returns.record(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	"""Whether or not the procedure is still on: what it made goes with its document."""
	issuing.take_back(doc)
	returns.take_back(doc)
