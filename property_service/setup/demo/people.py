"""The demo's staff, and the one login per job that `make run` shows."""

from dataclasses import dataclass
from typing import NamedTuple

from property_service.setup.demo import data

MAIL_DOMAIN = "heyuan.example.com"


class Person(NamedTuple):
	"""A login to try: who it is, which job it has, and what to do first with it."""

	user: str
	full_name: str
	role_profile: str
	try_this: str


@dataclass(frozen=True)
class StaffMember:
	user: str
	full_name: str
	gender: str
	department: str
	job: str
	role_profile: str
	trade: str = ""


def user_id(login: str) -> str:
	return f"{login}@{MAIL_DOMAIN}"


def staff() -> list[StaffMember]:
	return [
		StaffMember(
			user=user_id(row["login"]),
			full_name=row["name"],
			gender=row["gender"],
			department=row["department"],
			job=row["job"],
			role_profile=row["profile"],
			trade=row.get("trade", ""),
		)
		for row in data.load("staff")
	]


# What to try is read in a terminal right after `make run`, before any language is chosen; hence both languages' readers
# get the words that stand on the desk.
_FIRST_STEPS = {
	"kefu.zhou": "打开前台接待:输入住户电话,登记来电,转报修单或投诉;派工、回访、结案;交接班签字",
	"kefu.manager": "看服务台:待指派的投诉、超期和暂缓;审阅每日问题汇总,打印月度统计表,看规程时限",
	"kefu.qian": "收费窗口:开班、一卡通充值、办证、借钥匙、入住退房,清点后交款",
	"caiwu.cashier": "点收前台缴款单,看每天的记账凭证和收款日报",
	"gongcheng.ma": "在手机上打开自己的派工单:到场、用料、签字、完工",
	"gongcheng.head": "处理指派给工程部的投诉:原因分析、整改措施;看得到事情,看不到要求保密的客户",
	"huanjing.head": "收到客房清扫通知,逐间跟踪;处理环境卫生的投诉",
	"cangku.keeper": "看库存限额、采购计划、待验收货物;按领料单发货,填盘点表,打印进耗存表",
	"caigou.buyer": "按已批准的采购计划下采购订单,看还有多少未到货",
	"caiwu.manager": "审核采购计划:库存、消耗、限额和资金预算都在一张单上;看盘点差异的处理",
	"caiwu.accountant": "抽查盘点,核对进仓单和领料单,看进耗存表是否与账簿一致",
	"guanlichu.head": "核实一件投诉前台的投诉:电话回访客户,核实后结案",
	"gm": "指派对前台的投诉,看升级到总经理的超期投诉、质量改进建议和月度统计",
}
# Residents with a login to the portal; the first of them is shown.
RESIDENT_LOGINS = tuple(user_id(f"zhuhu.{number}") for number in ("yi", "er", "san"))

_BY_USER = {member.user: member for member in staff()}

PEOPLE = [
	Person(
		user_id(login),
		_BY_USER[user_id(login)].full_name,
		_BY_USER[user_id(login)].role_profile,
		first_step,
	)
	for login, first_step in _FIRST_STEPS.items()
]
PEOPLE.append(Person(RESIDENT_LOGINS[0], "住户", "Resident", "在门户 /notices 看发给自己的通知和温馨提示"))
