from property_service.child_rows import ChildRow


class RepairTicketPhoto(ChildRow):
	pass
