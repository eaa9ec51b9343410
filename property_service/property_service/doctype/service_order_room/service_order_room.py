from property_service.child_rows import ChildRow


class ServiceOrderRoom(ChildRow):
	pass
