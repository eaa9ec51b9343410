from property_service.child_rows import ChildRow


class ToolCustodyChase(ChildRow):
	pass
