"""Which transaction, and with whom."""

import re
from collections.abc import Iterator

from services.intake.understanding.found import Found, Reading
from services.intake.understanding.words import anywhere, matches_at, matches_near
from shared.contracts.vocabulary import FactKind

MOST_IN_A_ROW = 10
SHAPE_BEFORE, SHAPE_AFTER = 8, 45
_ID = r"[a-z0-9][a-z0-9_\-]{5,39}"
ID_WORDS = anywhere(
    "交易|订单|訂單|流水|凭证|憑證|支付|付款|转账|轉賬|轉帳|汇款|匯款|退款|充值|提现|账单|商户单|商家单|单号|單號|transaction|order|payment|transfer"
    "|txn|trx|ref|receipt|invoice|remittance"
)
_LABELLED = re.compile(
    r"(?:(?:交易|订单|訂單|流水|凭证|憑證|支付|付款|转账|轉賬|轉帳|汇款|匯款|退款|充值|提现|账单|商户单|商家单)\s?(?:编号|編號|单号"
    r"|單號|流水号|流水號|号码|號碼|号|號|id)|流水号|流水號|单号|單號|订单|訂單"
    r"|(?:transaction|order|payment|transfer|txn|trx|reference|receipt|invoice|remittance|refund)(?: ?(?:id|number|no|num|ref"
    r"|reference|code))?|\bref(?:erence)?)"
    rf"[\s.:：#=（(【是为為]{{0,6}}(?:is[\s:：#]{{1,3}})?({_ID})(?![a-z0-9])"
)
_MORE = re.compile(rf"[\s,，、;；/]{{0,2}}(?:和|及|与|and|&)?\s?({_ID})(?![a-z0-9])")
_SHAPED = re.compile(
    r"(?<![a-z0-9█-])(?:(?:tx|txn|trx|pay|ord|ok|wx|ali|t|ref|rm|w|p|o|hk)[-_]?[a-z]{0,2}\d[a-z0-9\-]{6,30}"
    r"|20[2-4]\d[01]\d[0-3]\d\d{6,24}|4200\d{20,26})(?![a-z0-9])"
)
_NAME = r"[^\s，。,.;；:：!！?？、()（）“”\"'「」【】█的了]"
_COUNTERPARTIES_ZH = (
    re.compile(
        rf"(?:转账|轉賬|轉帳|转帐|汇款|匯款|付款|支付|打款|转钱|汇|转|付"
        rf"|支付了)了?(?:[^，。,;；\n]{{0,14}}[元块圆幣币])?[给給](?:了)?[“\"「【]?({_NAME}{{2,20}})"
    ),
    re.compile(rf"(?:向|给|給|往)[“\"「【]?({_NAME}{{2,16}}?)[”\"」】]?(?:付款|支付|转账|轉賬|轉帳|汇款|匯款|转了|付了|打款|充值)"),
    re.compile(
        rf"(?:商家|商户|商戶|店铺|店鋪|卖家|賣家|收款方|收款人|收款账户名|对方户名|对方|交易对象)(?:名称|名稱|名字)?(?:是|为|為|叫|:"
        rf"|：)\s?[“\"「【]?({_NAME}{{2,24}})"
    ),
    re.compile(r"(?:商家|商户|商戶|店铺|店鋪|卖家|收款方|在)[“\"「【《]([^”\"」】》\n]{2,30})[”\"」】》]"),
    re.compile(rf"在({_NAME}{{2,14}}?)(?:消费|消費|购物|買|买了|购买|付款|付了|支付|扫码)"),
)
_WORD = r"[A-Z0-9](?:[\w&'’\-]|\.(?=\w)){0,30}"
_COUNTERPARTY_EN = re.compile(
    r"(?:(?:[Mm]erchant|[Ss]eller|[Pp]ayee|[Rr]ecipient|[Bb]eneficiary|[Ss]hop|[Ss]tore)(?: name| called| named)?(?: is| was)?:?"
    r"|(?:[Pp]aid|[Ss]ent|[Tt]ransfer(?:red)?|[Pp]ayments?|[Pp]aying|[Ww]ired|[Pp]urchase|[Oo]rder|[Cc]harged?)"
    rf"(?: [^\s;]{{1,14}}){{0,5}}? (?:to|at|from|by))\s(?:the |a |my )?(?:merchant |shop |seller |store |friend )?[\"“'‘]?({_WORD}(?: "
    rf"(?:&|of|{_WORD})){{0,3}})"
)
PAYING = anywhere("转账|轉賬|轉帳|转帐|汇款|匯款|付款|支付|打款|转钱|汇|转|付")
TOWARDS = anywhere("向|给|給|往")
PARTIES = anywhere("商家|商户|商戶|店铺|店鋪|卖家|賣家|收款方|收款人|收款账户名|对方户名|对方|交易对象|在")
WHERE = anywhere("在")
PARTIES_EN = anywhere(
    "merchant|seller|payee|recipient|beneficiary|shop|store|paid|sent|transfer|payment|paying|wired|purchase|order|charge"
)
_COUNTERPARTIES = (*zip((PAYING, TOWARDS, PARTIES, PARTIES, WHERE), _COUNTERPARTIES_ZH, strict=True), (PARTIES_EN, _COUNTERPARTY_EN))
NOBODY = (
    "我 我们 你 你们 他 她 他们 对方 别人 朋友 客服 自己 商家 商户 卖家 平台 银行 好友 同一个 人家 大家 一个 一下 这个 "
    "那个 家人 i it you me my rd your we us okpay support the a an this that customer-service monday tuesday wednesday "
    "thursday friday saturday sunday today january february march april may june july august september october november "
    "december"
)
_NOBODY = frozenset(NOBODY.split())
_NOT_A_NAME = re.compile(r"^(?:我|你|他|她|它|一个|这|那|其他|别的|对方)|(?:一直|没有|失败|账户|账号|帐户)")


def transaction_ids(read: Reading) -> Iterator[Found]:
    """Labelled or not, an id holds a number."""
    if not read.numbers:
        return
    seen: set[int] = set()
    shaped = matches_near(_SHAPED, read.lowered, read.digits(), before=SHAPE_BEFORE, after=SHAPE_AFTER)
    for start, end, confidence in (*_labelled(read), *((*match.span(), 0.7) for match in shaped)):
        if start not in seen and _is_id(read.lowered[start:end]):
            seen.add(start)
            yield Found(start, end, FactKind.TRANSACTION_ID, read.text[start:end], confidence=confidence)


def _labelled(read: Reading) -> Iterator[tuple[int, int, float]]:
    text = read.lowered
    for match in matches_at(_LABELLED, text, read.starts(ID_WORDS)):
        yield (*match.span(1), 0.95)
        following = _MORE.match(text, match.end())
        for _ in range(MOST_IN_A_ROW):
            if following is None:
                break
            yield (*following.span(1), 0.85)
            following = _MORE.match(text, following.end())


def _is_id(symbols: str) -> bool:
    digits = sum(sign.isdigit() for sign in symbols)
    return digits >= 4 and not symbols.startswith("rd-") and not re.fullmatch(r"20\d\d-\d{1,2}-\d{1,2}|(?:\+?86)?1[3-9]\d{9}", symbols)


def counterparties(read: Reading) -> Iterator[Found]:
    taken: set[str] = set()
    for words, pattern in _COUNTERPARTIES:
        for match in matches_at(pattern, read.text, read.starts(words)):
            name = match[1].rstrip(" .'’-")
            if (
                len(name) >= 2
                and name.lower() not in taken | _NOBODY
                and not _NOT_A_NAME.search(name)
                and not name.isdigit()
                and "@" not in name
            ):
                taken.add(name.lower())
                yield Found(match.start(1), match.start(1) + len(name), FactKind.COUNTERPARTY, name, confidence=0.7)
