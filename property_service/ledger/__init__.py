"""The only place that writes the ledgers: journal entries and stock of the app, each posted once.

A posting has a key, unique in the database (DocType `Ledger Posting`): a second attempt, of whatever process, fails on
it. What stands behind a posting is never changed or cancelled by hand; a correction is a posting of its own.
"""
