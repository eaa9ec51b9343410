"""ERPNext's personnel records: one file per DocType, with functions named after its events."""
