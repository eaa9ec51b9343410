from property_service.child_rows import ChildRow


class ServiceOrderCharge(ChildRow):
	pass
