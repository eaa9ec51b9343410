from property_service.child_rows import ChildRow


class WaterItem(ChildRow):
	pass
