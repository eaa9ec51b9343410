from property_service.child_rows import ChildRow


class VehiclePassRequirement(ChildRow):
	pass
