"""A scrapped article that a purchase request replaces (LV-12)."""

from property_service.child_rows import ChildRow


class ReplacedArticle(ChildRow):
	pass
