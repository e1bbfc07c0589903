"""Text out of bytes whose charset is missing, wrong or too narrow: everyday business in mail from China."""

import codecs

ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "utf8": "utf-8",
}
ASCII = frozenset({"ascii", "us-ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "default", "binary"})
COMMON_HANZI = frozenset(
    "的一是不了在人有我他这個个們们來来到時时大地為为子中你說说生國国年著就那和要她出也得里後后自以會会家可下而過过天去能對对小多然於于心學学么之都好看起"
    "發发當当沒没成只如事把還还用第樣样道想作種种開开美總总從从無无情己面最女但現现前些所同日手又行意動动方期它頭头經经長长兒儿回位分愛爱老因很給给名法間间"
    "斯知世什兩两次使身者被高已親亲其進进此話话常與与活正感見见明問问力理爾尔點点文幾几定本公特做外孩相西果走將将月十實实向聲声車车全信重三機机工物氣气"
    "每並并別别真打太新比才便夫再書书部水像眼等體体卻却加電电主界門门利海受聽听表德少克代員员許许先口由死安寫写性馬马光白或住難难望教命花結结樂乐色更拉東东"
    "神記记處处讓让母父應应直字場场平報报友關关放至張张認认接告入笑內内英軍军退款錢钱帳账戶户支付轉转號号碼码請请您訴诉投服務务客訂订單单易交費费扣收元金額额卡"
    "登錄录密驗验證证凍冻結解銀银商店誤误失敗败謝谢編编查詢询聯联系時間到今昨早晚上午周星期幫帮助貴贵司未仍尚急盡尽快儘復复回郵邮件截圖图附近個月天"
)
ENOUGH_COMMON = 0.25
FEW_BROKEN = 0.02


def decode(data: bytes, declared: str | None) -> str:
    """Declared charset, strict UTF-8, GB 18030 or Big5 (whose hanzi are the more common ones), then a charset that reads anything."""
    name = (declared or "").strip().strip("'\"").lower()
    return _clean(_as_declared(data, name) if name and name not in ASCII else _unlabelled(data))


def _as_declared(data: bytes, name: str) -> str:
    try:
        text, _ = codecs.lookup(ALIASES.get(name, name)).decode(data, "strict")
    except (UnicodeError, ValueError):
        return _damaged(data, name)
    except (LookupError, TypeError, AssertionError):
        return _unlabelled(data)
    return text if isinstance(text, str) else _unlabelled(data)


def _damaged(data: bytes, name: str) -> str:
    """A mail cut in the middle of a character is still in its charset; one with many faults was labelled wrongly."""
    try:
        text = data.decode(ALIASES.get(name, name), "replace")
    except (UnicodeError, ValueError, LookupError, TypeError):
        return _unlabelled(data)
    few = max(1, int(len(text) * FEW_BROKEN))
    return text if text.count("\ufffd") <= few else _unlabelled(data)


def _unlabelled(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    guesses = [(_share_of_common(text), text) for text in (_strict(data, "gb18030"), _strict(data, "big5hkscs")) if text is not None]
    share, text = max(guesses, default=(0.0, ""), key=lambda guess: guess[0])
    return text if share >= ENOUGH_COMMON else data.decode("cp1252", "replace")


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _share_of_common(text: str) -> float:
    beyond = [sign for sign in text if sign > "\x7f" and not "\uff00" <= sign <= "\uffef" and not "\u3000" <= sign <= "\u303f"]
    return sum(sign in COMMON_HANZI for sign in beyond) / len(beyond) if beyond else 0.0


def _clean(text: str) -> str:
    """No lone surrogates: neither the database nor the broker can write them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
