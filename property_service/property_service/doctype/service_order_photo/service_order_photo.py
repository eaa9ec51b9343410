from property_service.child_rows import ChildRow


class ServiceOrderPhoto(ChildRow):
	pass
