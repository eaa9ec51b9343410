from property_service.child_rows import ChildRow


class PlanQuantityChange(ChildRow):
	pass
