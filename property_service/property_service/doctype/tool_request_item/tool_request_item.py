from property_service.child_rows import ChildRow


class ToolRequestItem(ChildRow):
	pass
