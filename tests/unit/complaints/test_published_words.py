"""What is published names nobody: numbers and accounts are found however they are written, plain facts pass."""

import pytest

from backend.complaints.life.publication import personal_data


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请联系13800001234", "电话号码"),
        ("电话 138 0000 1234", "电话号码"),
        ("电话138-0000-1234", "电话号码"),
        ("电话１３８００００１２３４", "电话号码"),
        ("座机023-0000-1234", "电话号码"),
        ("座机（023）0000 1234", "电话号码"),
        ("证号500103199001011234", "身份证号"),
        ("证号50010319900101123X", "身份证号"),
        ("证号 500103 19900101 123x", "身份证号"),
        ("邮箱 someone@example.cn", "邮箱"),
        ("openid oABCDefghijklmnop_qrstuv-123", "微信标识"),
        ("微信号：abc_12345", "微信号"),
        ("VX abc12345", "微信号"),
    ],
)
def test_personal_data_is_found(text, kind):
    assert personal_data(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "门机已更换，运行正常",
        "2026年11月23日已修好，2026-11-30复查，2026.12.1公示",
        "编号500103的电梯，3栋2单元1号梯",
        "拨打96333或12345",
        "更换3个按钮、12块门板，费用2800元",
        "执行TSG T5002-2017",
    ],
)
def test_plain_facts_pass(text):
    assert personal_data(text) is None
