"""Stores: zones, movements and the documents of ERPNext Stock under the procedure (part four of the source)."""
