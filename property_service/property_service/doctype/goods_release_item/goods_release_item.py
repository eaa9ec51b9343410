from property_service.child_rows import ChildRow


class GoodsReleaseItem(ChildRow):
	pass
