from property_service.child_rows import ChildRow


class ArticleCountLine(ChildRow):
	pass
