"""The only place that writes the ledgers: journal entries and stock of the app, each posted once.

A journal entry has a key, unique in the database (DocType `Ledger Posting`): a second attempt, of whatever process, fails
on it. A stock posting is made once by its source, which is locked and says whether it has been. What stands behind a posting is never changed or cancelled by hand; a correction is a posting of its own.
"""
