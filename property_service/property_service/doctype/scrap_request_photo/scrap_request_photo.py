"""What the scrapped goods look like (WH-25)."""

from property_service.child_rows import ChildRow


class ScrapRequestPhoto(ChildRow):
	pass
