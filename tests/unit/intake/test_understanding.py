"""From words to facts, category, kind and language."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import understanding
from services.intake.understanding.follow_up_words import IN_ITSELF, ITS_WORDS, REACH
from services.intake.understanding.scan import scan
from services.intake.understanding.time_patterns import DATE_WORDS, NUMBERS, SHAPES
from services.intake.understanding.words import Words, matches_near
from shared.contracts.vocabulary import Category, FactKind, Material, MessageKind
from tests.builders.understood import parsed, understood

FK = FactKind


def values(text: str, kind: FactKind, country: str = "CN", zone: str = "Asia/Shanghai") -> list[object]:
    found = [fact for fact in understood(text, country=country, zone=zone).facts if fact.kind is kind]
    return [(fact.value, fact.unit) if fact.unit else fact.value for fact in found]


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("付了1,299.00元", "CN", (129900, "CNY")),
        ("扣了一百二十八元五角", "CN", (12850, "CNY")),
        ("三块五", "CN", (350, "CNY")),
        ("￥88.8", "CN", (8880, "CNY")),
        ("¥5,000", "JP", (5000, "JPY")),
        ("转了3万元", "CN", (3000000, "CNY")),
        ("两千零六块", "CN", (200600, "CNY")),
        ("扣了HK$6,400", "HK", (640000, "HKD")),
        ("paid $20", "HK", (2000, "HKD")),
        ("paid $20.50", "US", (2050, "USD")),
        ("US$ 1,000 gone", "CN", (100000, "USD")),
        ("RMB 268", "CN", (26800, "CNY")),
        ("£34.99 was taken", "GB", (3499, "GBP")),
        ("金额：99.9", "CN", (9990, "CNY")),
        ("12000日元", "CN", (12000, "JPY")),
    ],
)
def test_amounts_become_minor_units(text: str, country: str, expected: tuple[int, str]):
    assert values(text, FK.AMOUNT, country) == [expected]


@pytest.mark.parametrize("text", ["订单号 20261121193012007", "我们一块去的", "等了5天", "第3次", "iPhone 14 Pro"])
def test_other_numbers_are_no_amounts(text: str):
    assert values(text, FK.AMOUNT) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昨天下午3点付款", "2026-11-20T15:00:00+08:00"),
        ("2026年11月19日20:11转账", "2026-11-19T20:11:00+08:00"),
        ("11月9号", "2026-11-09T00:00:00+08:00"),
        ("12月30日", "2025-12-30T00:00:00+08:00"),
        ("前天晚上八点半", "2026-11-19T20:30:00+08:00"),
        ("上周三", "2026-11-11T00:00:00+08:00"),
        ("三天前", "2026-11-18T00:00:00+08:00"),
        ("2小时前", "2026-11-21T10:00:00+08:00"),
        ("15号就同意了", "2026-11-15T00:00:00+08:00"),
        ("2026-11-20 15:20:33", "2026-11-20T15:20:33+08:00"),
        ("on 6 November", "2026-11-06T00:00:00+08:00"),
        ("Nov 6th, 2026 at 3:15 pm", "2026-11-06T15:15:00+08:00"),
        ("yesterday at 10am", "2026-11-20T10:00:00+08:00"),
        ("last night around 7:30pm", "2026-11-20T19:30:00+08:00"),
        ("two days ago", "2026-11-19T00:00:00+08:00"),
    ],
)
def test_times_are_told_from_the_day_of_the_message(text: str, expected: str):
    assert values(text, FK.TRANSACTION_TIME) == [expected]


def test_the_day_is_the_one_of_the_customers_zone():
    assert values("yesterday", FK.TRANSACTION_TIME, "US", "America/New_York") == ["2026-11-19T00:00:00-05:00"]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("订单号 OK20261115093355，没到账", FK.TRANSACTION_ID, ["OK20261115093355"]),
        ("transaction ID: TXN-8842017733.", FK.TRANSACTION_ID, ["TXN-8842017733"]),
        ("交易编号S0412345678", FK.TRANSACTION_ID, ["S0412345678"]),
        ("the order number is i7712345", FK.TRANSACTION_ID, ["i7712345"]),
        ("交易编号 A1234567 和 A1234568", FK.TRANSACTION_ID, ["A1234567", "A1234568"]),
        ("向晴天旅行社付款", FK.COUNTERPARTY, ["晴天旅行社"]),
        ("转账给王小明", FK.COUNTERPARTY, ["王小明"]),
        ("I paid to merchant Northgate Electronics yesterday", FK.COUNTERPARTY, ["Northgate Electronics"]),
        ("手机13800138000", FK.ACCOUNT_PHONE, ["+8613800138000"]),
        ("call me on +44 20 7946 0958", FK.ACCOUNT_PHONE, ["+442079460958"]),
        ("I paid £5 to Northgate Electronics. It failed", FK.COUNTERPARTY, ["Northgate Electronics"]),
        ("邮箱a.b@example.com", FK.ACCOUNT_EMAIL, ["a.b@example.com"]),
        ("账号U102938", FK.ACCOUNT_ID, ["U102938"]),
        ("错误代码E1024", FK.ERROR_CODE, ["E1024"]),
        ("提示“系统繁忙，请稍后”", FK.ERROR_TEXT, ["系统繁忙，请稍后"]),
        ("华为Mate 60 Pro", FK.DEVICE_MODEL, ["华为Mate 60 Pro"]),
        ("my Pixel 8 with app version 6.4.2", FK.DEVICE_MODEL, ["Pixel 8"]),
        ("iOS 17.1, app version 6.4.2", FK.APP_VERSION, ["6.4.2"]),
        ("请退款给我", FK.DESIRED_OUTCOME, ["refund"]),
        ("I want an explanation", FK.DESIRED_OUTCOME, ["explanation"]),
        ("已经等了两周了", FK.WAITED_DAYS, [14]),
        ("I have been waiting for 5 days", FK.WAITED_DAYS, [5]),
        ("再不解决我就找银保监", FK.THREAT, ["regulator"]),
        ("I will call my lawyer", FK.THREAT, ["lawyer"]),
        ("我不想活了", FK.THREAT, ["self_harm"]),
        ("这是我住院的钱", FK.VULNERABILITY, ["illness"]),
    ],
)
def test_facts(text: str, kind: FactKind, expected: list[object]):
    assert values(text, kind) == expected


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("我的账户被盗刷了，不是我本人操作", Category.ACCOUNT_SECURITY),
        ("支付失败但是钱被扣了，一直没到账", Category.FAILED_TRANSACTION),
        ("商家发的是假货，还不肯认", Category.DISPUTE),
        ("退款申请了半个月还没收到退款", Category.REFUND),
        ("客服态度太差，电话没人接", Category.SERVICE_QUALITY),
        ("提现收了我15元手续费，隐形收费", Category.FEES),
        ("登录不了，收不到验证码", Category.LOGIN),
        ("更新以后一打开就闪退", Category.TECHNICAL),
        ("国际汇款到日本，汇率太差还没收到", Category.CROSS_BORDER),
        ("请问怎么提高转账限额？", Category.ENQUIRY),
        ("建议增加夜间模式", Category.SUGGESTION),
        ("Someone hacked my wallet, I did not authorise this", Category.ACCOUNT_SECURITY),
        ("The seller sent a counterfeit item and refuses to help", Category.DISPUTE),
        ("You charged me a hidden fee", Category.FEES),
        ("The app keeps crashing since the update", Category.TECHNICAL),
        ("嗯嗯嗯嗯嗯", Category.OTHER),
        ("双扣款了", Category.FAILED_TRANSACTION),
        ("同一笔订单重复扣费了两次", Category.FAILED_TRANSACTION),
        ("多扣了我一次", Category.FAILED_TRANSACTION),
        ("重複扣款，請處理", Category.FAILED_TRANSACTION),
        ("乱扣费，每月扣我15元服务费", Category.FEES),
        ("I was charged twice for the same order", Category.FAILED_TRANSACTION),
        ("I cancelled my order, please refund me", Category.REFUND),
        ("My order was cancelled but I have not got my money back", Category.REFUND),
        ("my transfer was cancelled", Category.FAILED_TRANSACTION),
    ],
)
def test_categories_follow_the_words(text: str, category: Category):
    meaning = understood(text)

    assert meaning.category is category
    assert meaning.why


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请问如何绑定银行卡？", MessageKind.ENQUIRY),
        ("请问为什么扣我的钱还没人理？", MessageKind.COMPLAINT),
        ("How do I raise my limit?", MessageKind.ENQUIRY),
        ("Great service, thank you, love the app", MessageKind.PRAISE),
        ("谢谢，问题已经解决了", MessageKind.THANKS),
        ("I want to withdraw my complaint", MessageKind.WITHDRAWAL),
        ("我不接受你们的处理结果，申请复核", MessageKind.APPEAL),
        ("我的投诉处理得怎么样了？", MessageKind.PROGRESS),
        ("催一下，怎么还没处理", MessageKind.CHASER),
        ("It would be nice if you could add dark mode", MessageKind.SUGGESTION),
        ("", MessageKind.REFUSED),
    ],
)
def test_kinds(text: str, kind: MessageKind):
    assert understood(text).kind is kind


def test_what_the_transport_declares_is_the_kind():
    assert understood("我不在办公室", declared_kind=MessageKind.AUTOMATIC).kind is MessageKind.AUTOMATIC


@pytest.mark.parametrize(
    ("text", "hint", "country", "language"),
    [
        ("退款没有到账，请处理", "en", "CN", "zh-Hans"),
        ("退款沒有到帳，請處理", None, "CN", "zh-Hant"),
        ("My refund has not arrived and I am angry", "zh-Hans", "CN", "en"),
        ("我的 iPhone 15 Pro Max app version 1.2.3 打不开了", None, "CN", "zh-Hans"),
        ("ok", "fr", "CN", "fr"),
        ("???", None, "CN", "und"),
        ("返金がまだ届いていません", None, "JP", "ja"),
        ("환불이 아직 안 됐어요", None, "KR", "ko"),
        ("Mein Geld ist nicht angekommen und niemand antwortet mir", None, "DE", "de"),
        ("人工", None, "HK", "zh-Hant"),
    ],
)
def test_languages(text: str, hint: str | None, country: str, language: str):
    assert understood(text, hint=hint, country=country).language == language


def test_what_is_missing_is_what_the_category_needs_less_what_was_said():
    said_nothing = understood("退款申请了半个月还没收到退款")
    said_all = understood("订单号 OK20261115093355 的退款没到，账号U102938，退款没收到")

    assert set(said_nothing.missing) == {Material.TRANSACTION_ID, Material.AMOUNT, Material.ACCOUNT}
    assert said_all.missing == ()


def test_too_short_a_text_needs_a_description():
    assert Material.DESCRIPTION in understood("投诉").missing


def test_facts_of_a_call_stand_in_the_customers_segments():
    segments = ("你好", "我付了100元", "订单号 OK20261115093355")
    meaning = understood("\n".join(segments), segments=segments)

    assert {fact.part for fact in meaning.facts} == {"segment:2", "segment:3"}
    assert all(str(fact.value) in segments[2][fact.start : fact.end] for fact in meaning.facts if fact.kind is FK.TRANSACTION_ID)


def test_the_stores_version_is_a_fact_of_the_adapter():
    assert [fact.how for fact in understood("闪退", app_version="8.1.0").facts if fact.kind is FK.APP_VERSION] == ["adapter"]


pieces = st.sampled_from(
    [
        "密码是",
        "1299元",
        "昨天3点",
        "订单号",
        "OK20261115093355",
        "13800138000",
        " ",
        "\n",
        "。",
        "refund",
        "$1,000",
        "“",
        "”",
        "：",
        "4111111111111111",
        "İ",
        "𠮷",
        "９９",
        "周三",
        "给",
    ]
)
messages = st.one_of(st.text(max_size=200), st.lists(pieces, max_size=30).map("".join))


LATER_AND_DATES = """
上个月 15号 月 11月9日 昨天 大前天 前晚 三天 前 之前 两个月以前 上上周三 本周五 nov 6th, may 2026 9 of december 10/12/2025 today last night
the day before yesterday two days ago on wednesday this mon 撤销 投诉 申请复核 不接受 处理结果 催一下 还没处理 到现在 没有 消息 尽快回复
进度
处理得怎么样 status of my complaint following up on any news about no longer want to complain withdraw case 补充 材料 截图 如下 i have
attached
a copy here is the screenshot you asked for reference
"""
words = st.sampled_from(LATER_AND_DATES.split())


@given(st.lists(st.one_of(words, pieces), max_size=40).map(" ".join) | st.lists(st.one_of(words, pieces), max_size=40).map("".join))
def test_patterns_tried_near_their_words_find_what_they_find_in_the_whole_text(text: str):
    scanned = scan(text)
    dates = scanned.starts_by_label(DATE_WORDS) | {NUMBERS: scanned.digits()}
    kinds = scanned.starts_by_label(ITS_WORDS)
    tried = [(shape.pattern, dates.get(shape.words, ()), shape.before, shape.after) for shape in SHAPES]
    tried += [(clue.pattern, kinds.get(str(place), ()), REACH, REACH) for place, clue in enumerate(IN_ITSELF)]

    for pattern, places, before, after in tried:
        near = [match.span() for match in matches_near(pattern, scanned.lowered, places, before=before, after=after)]
        assert near == [match.span() for match in pattern.finditer(scanned.lowered)]


def test_every_list_of_words_is_looked_for():
    modules = [import_module(f"{understanding.__name__}.{found.name}") for found in iter_modules(understanding.__path__)]
    listed = {value for module in modules for value in vars(module).values() if isinstance(value, Words)}

    assert listed
    assert [words.all for words in listed if words not in scan("\n".join(word.text for word in words.all)).hits] == []


def test_of_two_topics_with_equal_weight_the_one_earlier_in_the_lexicon_is_taken():
    assert understood("Why won't my top up work").category is Category.FAILED_TRANSACTION


@settings(deadline=None)  # the first call loads models
@given(messages, st.none() | messages, st.lists(messages, max_size=4))
def test_anything_is_understood_and_facts_lie_in_their_part(text: str, subject: str | None, segments: list[str]):
    said = tuple(segments)
    meaning = understood("\n".join(said) if said else text, subject=subject, segments=said, quoted=text)
    again = parsed(meaning.text)

    parts = {"text": meaning.text, "subject": meaning.subject or "", **{f"segment:{n}": one for n, one in enumerate(said, start=1)}}
    assert all(0 <= fact.start <= fact.end <= len(parts[fact.part]) for fact in meaning.facts)
    assert len(again.text) == len(meaning.text)


@pytest.mark.parametrize(
    "piece",
    [
        "(" * 50,
        "1 " * 50,
        "a@" * 50,
        "密码" * 50,
        "On " * 50,
        "> " * 50,
        "一" * 50,
        "$1," * 50,
        "给" * 50,
        "9" * 50,
        "code " * 50,
        "R D " * 50,
    ],
)
def test_long_monotonous_texts_cost_no_more_than_their_length(piece: str):
    meaning = understood(piece * 400)

    assert len(meaning.text) == len(piece) * 400


@pytest.mark.parametrize(
    ("text", "threats"), [("订单 2026112000123456 退款没到", []), ("我要打12315投诉", ["regulator"]), ("order 91237899 is lost", [])]
)
def test_a_hotline_is_a_threat_only_where_its_number_stands_alone(text: str, threats: list[str]):
    assert values(text, FactKind.THREAT) == threats
