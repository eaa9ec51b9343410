from property_service.child_rows import ChildRow


class PropertyKeyUnit(ChildRow):
	pass
