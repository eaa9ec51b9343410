from property_service.child_rows import ChildRow


class ArticleTransferItem(ChildRow):
	pass
