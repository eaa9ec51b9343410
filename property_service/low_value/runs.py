"""What an Amortisation Run posts: what is due of every article, in one journal entry and a fixed number of statements (LV-06).

Posting is one transaction that locks the run first: a crash leaves nothing, and whoever comes second finds it posted.
Lock order: the run, the articles in the order of their names, the journal entry.
"""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, flt, get_last_day, getdate, now_datetime, nowdate, strip_html

from property_service import jobs, notifications, settings
from property_service.ledger import low_value as ledger
from property_service.low_value import article_ledger, revaluation, scope
from property_service.low_value.article_ledger import Entry
from property_service.rules import amortisation as rules

RUN = "Amortisation Run"
DRAFT, POSTING, POSTED, FAILED, CANCELLED = "Draft", "Posting", "Posted", "Failed", "Cancelled"
JOB = "property_service.low_value.runs.work"
# A run that posts for so long (minutes) has lost its job.
LOST_AFTER = 15


def begin(doc: Document) -> None:
	"""On submission: few articles are amortised at once, and what is wrong refuses the submission; many in the background."""
	if count_of(doc) <= cint(settings.get().low_value_articles_at_once):
		post(doc)
	else:
		enqueue(doc.name)


def count_of(doc: Document) -> int:
	return frappe.db.count(
		article_ledger.ARTICLE,
		{
			"company": doc.company,
			"status": ("in", rules.LIVE),
			"amortisation_method": ("!=", rules.ONE_OFF),
			"in_use_since": ("<=", get_last_day(doc.month)),
		},
	)


def enqueue(run: str) -> None:
	jobs.order(
		JOB,
		run=run,
		queue="long",
		timeout=3600,
		job_id=f"amortisation-run-{run}",
		deduplicate=True,
	)


def work(run: str) -> None:
	"""Background job. What the procedure refuses (closed books) is written on the run; anything else is tried again."""
	frappe.db.savepoint("amortisation_run")
	try:
		doc = frappe.get_doc(RUN, run, for_update=True)
		with jobs.acting_as(doc.submitted_by):
			post(doc)
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="amortisation_run")
		frappe.clear_last_message()
		fail(run, strip_html(str(error)))


def fail(run: str, reason: str) -> None:
	values = frappe.db.get_value(RUN, run, ["docstatus", "status", "submitted_by", "month"], as_dict=True)
	if values.docstatus != 1 or values.status == POSTED:
		return
	frappe.db.set_value(RUN, run, {"status": FAILED, "last_error": reason})
	notifications.tell(
		{values.submitted_by},
		"The amortisation of {0} could not be posted: {1}",
		(f"{getdate(values.month):%Y-%m}", reason),
		doctype=RUN,
		name=run,
		mail=False,
	)


def resume_interrupted() -> list[str]:
	"""Every ten minutes: runs whose job died with its worker."""
	lost = frappe.get_all(
		RUN,
		filters={
			"docstatus": 1,
			"status": POSTING,
			"submitted_on": ("<", add_to_date(now_datetime(), minutes=-LOST_AFTER)),
		},
		pluck="name",
		order_by="name",
	)
	for run in lost:
		enqueue(run)
	return lost


# ---- posting -----------------------------------------------------------------------------------------------------


def posting_date(month: date) -> date:
	return min(getdate(get_last_day(month)), getdate(nowdate()))


def post(doc: Document) -> None:
	"""Amortise what is due until the end of the month, once; nothing where the run is posted or cancelled.

	In the caller's transaction, with the run locked. Raises frappe.ValidationError when the books are closed.
	"""
	if doc.docstatus != 1 or doc.status not in (POSTING, FAILED):
		return
	revaluation.spread(doc.company)
	last = getdate(get_last_day(doc.month))
	found = article_ledger.locked(
		lambda table: (table.company == doc.company)
		& table.status.isin(rules.LIVE)
		& (table.amortisation_method != rules.ONE_OFF)
		& (table.in_use_since <= last)
	)
	show(doc, 30)
	shares = [(article, due_of(article, last)) for article in found]
	shares = [(article, amount) for article, amount in shares if amount]
	lines = rules.amortisation_lines(
		[article.share(amount) for article, amount in shares], scope.accounts(doc.company)
	)
	day, key = posting_date(doc.month), key_of(doc)
	remark = _("Amortisation of low-value consumables, {0}").format(f"{last:%Y-%m}")
	journal_entry = ledger.post(key, doc, day, lines, remark) if lines else None
	show(doc, 60)
	article_ledger.post(
		key,
		article_ledger.AMORTISATION,
		doc,
		day,
		[Entry(article, rules.NOTHING, amount) for article, amount in shares],
		journal_entry,
	)
	doc.db_set(
		{
			"status": POSTED,
			"posting_date": day,
			"article_count": len(shares),
			"amount": flt(sum((amount for _article, amount in shares), rules.NOTHING)),
			"journal_entry": journal_entry,
			"finished_on": now_datetime(),
			"last_error": None,
		},
		notify=True,
	)
	show(doc, 100)


def due_of(article: article_ledger.Article, last: date):
	return rules.due(
		article.plan, article.cost, article.first_share, article.amortised, article.in_use_since, last
	)


def show(doc: Document, percent: int) -> None:
	frappe.publish_progress(
		percent, title=_("Amortising"), doctype=RUN, docname=doc.name, description=f"{doc.month:%Y-%m}"
	)


def key_of(doc: Document) -> str:
	return f"{RUN}/{doc.name}"


# ---- the run is cancelled ----------------------------------------------------------------------------------------


def take_back(doc: Document) -> None:
	"""Its own journal entry and entries go, nothing else; what is missing then is due in the next run."""
	ledger.cancel(key_of(doc))
	article_ledger.undo(key_of(doc))


def ended_since(doc: Document) -> list[str]:
	"""Articles of a run that are gone: their end was posted with what the run had amortised. Locks the run's articles."""
	article, entry = frappe.qb.DocType(article_ledger.ARTICLE), frappe.qb.DocType(article_ledger.ENTRY)
	return (
		frappe.qb.from_(article)
		.join(entry)
		.on(entry.article == article.name)
		.select(article.name)
		.where((entry.posting_key == key_of(doc)) & (entry.is_cancelled == 0))
		.where(article.status.notin(rules.LIVE))
		.orderby(article.name)
		.for_update()
		.run(pluck=True)
	)
