"""The desk as the tests see it: one class per kind of screen, so that a change of Frappe's markup is met in one place."""

from tests.desk.pages.complaint import ComplaintForm
from tests.desk.pages.desk import CHINESE, Desk, Steps
from tests.desk.pages.dialog import Dialog
from tests.desk.pages.form import FormPage
from tests.desk.pages.listing import CalendarPage, KanbanPage, ListPage, TreePage
from tests.desk.pages.order import OrderForm
from tests.desk.pages.report import ReportPage
from tests.desk.pages.residence import ResidenceForm
from tests.desk.pages.sheets import SlipView, WorkspacePage
from tests.desk.pages.signature import SignaturePad
from tests.desk.pages.ticket import TicketForm

__all__ = [
	"CHINESE",
	"CalendarPage",
	"ComplaintForm",
	"Desk",
	"Dialog",
	"FormPage",
	"KanbanPage",
	"ListPage",
	"OrderForm",
	"ReportPage",
	"ResidenceForm",
	"SignaturePad",
	"SlipView",
	"Steps",
	"TicketForm",
	"TreePage",
	"WorkspacePage",
]
