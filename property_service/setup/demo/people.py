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
	"kefu.zhou": "接一个报修电话:新建报修单,派工,完工后回访、结案",
	"kefu.manager": "看服务台:超期、暂缓、未归档的派工单;审批例外完工",
	"gongcheng.ma": "在手机上打开自己的派工单:到场、用料、签字、完工",
	"gongcheng.head": "看本部门的派工单;别的部门的看不到",
	"huanjing.head": "收到客房清扫通知,逐间跟踪",
	"gm": "看全部服务单据和统计图表",
}

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
