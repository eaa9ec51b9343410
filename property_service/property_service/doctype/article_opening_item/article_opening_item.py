"""Things alike that were in use before: one row makes `qty` articles (LV-02)."""

from property_service.child_rows import ChildRow


class ArticleOpeningItem(ChildRow):
	pass
