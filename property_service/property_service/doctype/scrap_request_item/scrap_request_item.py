"""What is scrapped, why, and what comes of it (WH-25, WH-26)."""

from property_service.child_rows import ChildRow


class ScrapRequestItem(ChildRow):
	pass
