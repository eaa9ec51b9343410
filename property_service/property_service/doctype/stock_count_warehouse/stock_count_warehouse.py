from property_service.child_rows import ChildRow


class StockCountWarehouse(ChildRow):
	pass
