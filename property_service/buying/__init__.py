"""Purchase plans, their approval, and what may be ordered and invoiced (part four of the source)."""
