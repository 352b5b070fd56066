"""Made-up names, phones and addresses: nobody and no place of the demo city exists."""

from random import Random

PLACES = (
    *("云鲸", "星豚", "月鹿", "风狸", "雾鲤", "霞雀", "霜狐", "露萤", "晴鸢", "砂蝉"),
    *("柚鹿", "竹豚", "墨鲤", "岚狸", "棠雀"),
)
ESTATES = ("苑", "里", "雅居", "新村", "公寓", "花庭", "小区", "大厦", "广场", "中心")
WITH_ESCALATORS = ("广场", "中心")
STREETS = ("鲸落", "鹿回", "狸语", "鲤跃", "鸢飞", "蝉鸣", "萤火", "狐仙")
MANAGERS = ("物业服务有限公司", "商业管理有限公司", "后勤服务中心")
MAINTAINERS = ("升稳", "轿安", "绳云", "曳光", "层平")
MAINTAINER_KINDS = ("电梯维保有限公司", "电梯工程有限公司", "机电服务有限公司", "电梯技术有限公司", "升降设备服务部")
INSPECTORS = ("鲸城特种设备检验院", "鹿岭特种设备检验所")
TESTERS = ("豚湾电梯检测有限公司", "雀坪电梯检测有限公司", "萤台设备检测中心")
INSURERS = ("鲤山财产保险", "鸢城财产保险", "蝉溪财产保险")
MAKERS = ("狸川电梯制造", "云梯机械制造", "鹿鸣升降机", "远豚电梯", "霜桥电梯")
MODELS = ("YJ-1000", "XT-800", "LM-1050", "FT-VVVF", "SQ-630")
SURNAMES = ("云", "禾", "砚", "岚", "柚", "墨", "棠", "溪", "荞", "阑")
SYLLABLES = ("知", "拾", "满", "霁", "野", "眠", "澄", "榆", "朔", "弦", "栀", "溯")


def person(random: Random) -> str:
    """Make up somebody's name."""
    return random.choice(SURNAMES) + "".join(random.sample(SYLLABLES, random.choice((1, 2))))


def landline(random: Random) -> str:
    """Make up a number in a range that is never given out."""
    return f"023-0000-{random.randrange(10_000):04d}"


def mobile(random: Random) -> str:
    """Make up an eleven-digit number in a range that is never given out."""
    return f"0000000{random.randrange(10_000):04d}"
