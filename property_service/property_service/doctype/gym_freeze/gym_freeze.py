from property_service.child_rows import ChildRow


class GymFreeze(ChildRow):
	pass
