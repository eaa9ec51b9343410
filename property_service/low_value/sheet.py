"""What the label of an article needs beyond its document (LV-02, LV-03)."""

from frappe.utils import get_url

from property_service.compat import DESK_PATH
from property_service.sheets import text_qr_code


def article_qr_code(name: str, scale: int = 4) -> str:
	"""The address of the page that a scanned label opens on a phone, as an image that needs no network."""
	return text_qr_code(get_url(f"{DESK_PATH}/article-scan/{name}"), scale)
