"""Documents of stores and low-value consumables are kept, listed by month and locked (procedure 4.9; LV-15).

Which documents: the hook `archived_documents`, DocType → {"date": the field that says of which month it is, "final": the
states in which it is complete}; without "final" a document is complete once it was submitted, and stays so when cancelled.
"""
