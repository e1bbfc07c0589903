"""What the customer saw and on which device: error texts and codes, phone models, app versions."""

import re
from collections.abc import Iterator

from services.intake.understanding.found import Found, Reading
from services.intake.understanding.words import anywhere, matches_at, matches_near
from shared.contracts.vocabulary import FactKind

CODE_WORDS = anywhere("错误|錯誤|报错代|故障码|err|code")
_CODE = re.compile(
    r"(?:错误代?码|錯誤代?碼|报错代?码?|错误|錯誤|故障码|error(?: ?code)?|err(?: ?code)?"
    r"|code)[\s.:：#=（(【是为為]{0,4}((?=[a-z0-9_\-]{0,15}\d)[a-z0-9][a-z0-9_\-]{1,15})(?![a-z0-9█])"
)
_CODE_SHAPE = re.compile(
    r"(?<![a-z0-9█\-])(?:e|err|error|auth)[\-_](?:[a-z0-9]{1,6}[\-_])?\d{2,6}(?![a-z0-9])|(?<![a-z0-9█\-])(?:e"
    r"|err)\d{3,6}(?![a-z0-9])"
)
SAYING = anywhere("错误|錯誤|报错|话|話|提示|显示|顯示|弹出|彈出|跳出|写着|error|message|said|reads|say|show|display|told|got|get")
_QUOTED_ERROR = re.compile(
    r"(?:错误|錯誤|报错|话|話|提示|显示|顯示|弹出|彈出|跳出|写着|error|message|said|reads|says?|saying|shows?|showing|displays?|told"
    r"|got|get)[^\n\"“‘'「『《。.]{0,16}[\"“‘'「『《]([^\"”’」』》\n]{2,120})[\"”’'」』》]",
    re.IGNORECASE,
)
PLAIN_WORDS = anywhere("错误提示|錯誤提示|错误信息|系统提示|系統提示|提示|显示|顯示|报错|弹出")
_PLAIN_ERROR = re.compile(
    r"(?:错误提示|錯誤提示|错误信息|系统提示|系統提示|提示|显示|顯示|报错|弹出)(?:是|为|為|說|说)?[:：]?\s?([^，。,；;！!\n\"“「『█]{2,40})"
)
PLAIN_WORDS_EN = anywhere("error|message")
_PLAIN_ERROR_EN = re.compile(r"(?:error(?: message)?|message)(?: is| was| says| said| saying| reads)?[:：]? ?([A-Z][^.\n\"“;█]{6,100})")
_SOUNDS_WRONG = re.compile(
    r"失败|失敗|错误|錯誤|异常|異常|超时|超時|余额不足|餘額不足|限额|限額|不可用|繁忙|冻结|凍結|无法|無法|不支持|不存在|未绑定|未綁定"
    r"|逾時|过期|风险|網絡|网络|稍后|稍後|超过|频繁"
)
_DEVICE = re.compile(
    r"(?<![a-z])(?:iphone ?(?:1\d|[4-9]|se|x[sr]?)(?: ?(?:pro max|promax|pro|plus|max|mini|air|e\b))?|ipad(?: ?(?:pro|air|mini))?(?: "
    r"?\d{1,2})?"
    r"|(?:huawei|华为|華為|荣耀|honor)(?: ?(?:mate|nova|pura|magic|畅享|p|x))? ?x?\d{1,3}[a-z]?(?: ?(?:pro\+?|plus|lite|ultra|rs"
    r"|se)){0,2}|(?:mate|nova|pura|magic) ?\d{1,3}(?: ?(?:pro\+?|lite|ultra|rs))?"
    r"|(?:小米|xiaomi|redmi|红米|紅米|poco)(?: ?(?:note|mix|civi|k|turbo))? ?[a-z]?\d{1,3}[a-z]?(?: ?(?:pro\+?|ultra|plus|max|lite"
    r"|s)\b){0,2}"
    r"|(?:oppo|vivo|realme|一加|oneplus|魅族|meizu|iqoo|nothing|moto(?:rola)?|nokia|sony|xperia)(?: ?(?:find|reno|phone|neo|ace|nord"
    r"|edge|ace))? ?[a-z]{0,2}\d{1,3}[a-z]?(?: ?(?:pro\+?|plus|ultra|lite|max))?"
    r"|(?:samsung |三星 ?)?galaxy ?(?:s|a|note|z ?(?:fold|flip))? ?\d{1,3}(?: ?(?:ultra|plus|fe|\+))?|(?:samsung|三星) "
    r"?[a-z]{1,4}\d{1,3}(?: ?(?:ultra|plus|fe))?|(?:google )?pixel ?\d{1,2}[a-z]?(?: ?(?:pro xl|pro|xl|fold))?)(?![a-z0-9])"
)
VERSION_BEFORE = 60
_VERSION = re.compile(
    r"(?P<what>app|更新到|升级到|升級到|更新至|updated? to|应用|應用|软件|軟件|客户端|客戶端|版本号?|版本|version|\bver\.?"
    r"|(?<![a-z])v)(?: ?(?:version|版本号?|ver))?(?: is| was|是|为|為|号|到|为|至|to|:|：|\s"
    r"|v){0,4}(?P<version>\d{1,3}(?:\.\d{1,5}){1,3})(?![\d.])"
)
_VERSION_AFTER = re.compile(r"(?<![\d.])(?P<version>\d{1,3}(?:\.\d{1,4}){2,3}) ?(?:版本|版|version)")
_SYSTEM = re.compile(r"(?:ios|ipados|android|安卓|鸿蒙|harmonyos|miui|系统|系統|windows|emui|coloros)[^\d]{0,10}$")


BRANDS = anywhere(
    "iphone|ipad|huawei|华为|華為|荣耀|honor|mate|nova|pura|magic|小米|xiaomi|redmi|红米|紅米|poco|oppo|vivo|realme|一加|oneplus|魅族|meizu|iqoo"
    "|nothing|moto|nokia|sony|xperia|galaxy|samsung|三星|google pixel|pixel"
)


def error_codes(read: Reading) -> Iterator[Found]:
    seen: set[int] = set()
    for start, end in (
        *(match.span(1) for match in matches_at(_CODE, read.lowered, read.starts(CODE_WORDS) if read.numbers else ())),
        *(match.span() for match in matches_near(_CODE_SHAPE, read.lowered, read.digits(), before=14, after=8)),
    ):
        if start not in seen and not any(start <= other < end for other in seen):
            seen.add(start)
            yield Found(start, end, FactKind.ERROR_CODE, read.text[start:end].upper())


def error_texts(read: Reading) -> Iterator[Found]:
    quoted = list(matches_at(_QUOTED_ERROR, read.text, read.starts(SAYING)))
    for match in quoted:
        yield Found(*match.span(1), FactKind.ERROR_TEXT, match[1].strip())
    if quoted:
        return
    for words, pattern in ((PLAIN_WORDS, _PLAIN_ERROR), (PLAIN_WORDS_EN, _PLAIN_ERROR_EN)):
        for match in matches_at(pattern, read.text, read.starts(words)):
            if pattern is _PLAIN_ERROR_EN or _SOUNDS_WRONG.search(match[1]):
                yield Found(*match.span(1), FactKind.ERROR_TEXT, match[1].strip(), confidence=0.7)


def device_models(read: Reading) -> Iterator[Found]:
    for match in matches_at(_DEVICE, read.lowered, read.starts(BRANDS)):
        yield Found(*match.span(), FactKind.DEVICE_MODEL, read.text[match.start() : match.end()].strip())


def app_versions(read: Reading) -> Iterator[Found]:
    text = read.lowered
    dotted = [start for start, end in read.numbers if text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit()]
    for match in (*matches_near(_VERSION, text, dotted, before=VERSION_BEFORE, after=25), *matches_at(_VERSION_AFTER, text, dotted)):
        if not _SYSTEM.search(text[max(0, match.start() - 20) : match.start()]):
            yield Found(*match.span("version"), FactKind.APP_VERSION, match["version"])
