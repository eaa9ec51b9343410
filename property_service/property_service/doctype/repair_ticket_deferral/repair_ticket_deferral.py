from property_service.child_rows import ChildRow


class RepairTicketDeferral(ChildRow):
	pass
