from property_service.child_rows import ChildRow


class ServiceOrderMaterial(ChildRow):
	pass
