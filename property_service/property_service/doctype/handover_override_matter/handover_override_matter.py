from property_service.child_rows import ChildRow


class HandoverOverrideMatter(ChildRow):
	pass
