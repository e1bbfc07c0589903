"""What a customer wrote in a mail, without what they answered to and without the signature their program adds."""

import re
from itertools import islice
from typing import NamedTuple

LONGEST_LINE = 400
MOST_LINES = 3_000
"""Longer mails are logs and lists: what comes after is taken as it is, for looking at each line costs."""
INTRODUCTION_LINES = 4
HEADER_LINES = 7
SIGNATURE_LINES = 15


class Reply(NamedTuple):
    own: str
    quoted: str


_QUOTE = re.compile(r"[ \t\xa0]{0,8}(?:>|&gt;|\|[ \t])")
_INTRODUCTION_BEGINS = re.compile(
    r"[\s*_]{0,8}(?:On|At|在|于|於|Le|Am|El|Il|In data|Em|Op|W dniu|Dnia|Den|Dne|Pe|På|Den|Il giorno|Il dì|Em|Vào|Tarih|Från|Fra)\b"
    r"|[\s*_]{0,8}[在于於]\s?[0-9\u4e00-\u9fff]|[\s\"'\u201c]{0,4}\d{1,4}[-./ 年]|[^<>\n]{0,120}<[^<>\n]{0,200}@"
    r"|[^@\s]{1,80}@[^@\s]{1,120}",
    re.IGNORECASE,
)
_INTRODUCTION_ENDS = re.compile(
    r"(?:wrote|writes|said|sent|写道|寫道|写了|來信|schrieb(?:\s[^\n]{1,80})?|geschrieben|a écrit|écrivait|écrit|ha scritto|scrisse|scritto"
    r"|escribió|escribio|escreveu|geschreven|napisał(?:\(a\)|a)?|skrev(?:\s[^:\n]{1,80})?|написал(?:\(а\)|а)?|пишет|пише|kirjoitti"
    r"|yazdı|napsal(?:\(a\))?|a scris|đã viết)"
    r"\s{0,3}(?:[:：]|-{2,20})\s{0,4}[*_]{0,2}\s*$"
    r"|(?:GMT|UTC)?[+-]\d\d:?\d\d [^\n<>]{1,100}<[^<>@\s]{1,80}@[^<>\s]{1,80}>\s?:\s*$|[APap]M, "
    r"[^\n<>]{1,120}<[^<>@\s]{1,80}@[^<>\s]{1,80}>\s?:\s*$",
    re.IGNORECASE,
)
_ANY_INTRODUCTION_END = re.compile(
    r"wrote|writes|said|sent|写|寫|來信|schri|écri|scri|escr|geschr|napis|napsal|skrev|напис|пише|kirjo|yazd|viết|>\s?:\s*$", re.IGNORECASE
)
_EVIDENT = re.compile(r"@|\d{1,2}[:.h]\d\d|\d{4}|\d{1,2}[月/.-]\d{1,2}")
_DIVIDER = re.compile(
    r"[\s>*]{0,8}[-_=]{2,60}\s{0,4}[^\n]{0,40}?(?:original message|original appointment|reply message|forwarded message|begin "
    r"forwarded|原始邮件|原始郵件|原邮件|原郵件|原始信息"
    r"|回复的原邮件|转发的?邮件|轉寄|转发邮件信息|转寄邮件|nachricht|message d'origine|message original|mensaje original|mensagem "
    r"original|messaggio originale"
    r"|oorspronkelijk bericht|oprindelig meddelelse|originalmeddelande|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna"
    r"|исходное сообщение|původní zpráva)"
    r"[^\n]{0,40}?[-_=]{2,60}"
    r"|[\s*]{0,8}(?:Begin forwarded message|下面是被转发的邮件|以下是转发的邮件|回复的原邮件|开始转发的邮件|-{2,20} ?Reply above this "
    r"line)\b",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"forward|转发|转寄|轉寄", re.IGNORECASE)
_FROM_LABEL = re.compile(
    r"[\s>*_\"]{0,8}(?:From|发件人|發件人|寄件者|寄件人|De|Von|Van|Från|Fra|Da|Od|От|Lähettäjä|Kimden|Reply-To|Sender)[*_\s]{0,4}[:：]",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"[\s>*_\"]{0,8}(?:Sent|Date|发送时间|发送日期|日期|时间|傳送時間|寄件日期|Enviado(?: el)?|Gesendet|Datum|Verzonden|Envoyé|Inviato"
    r"|Data|Fecha|Skickat|Sendt|Wysłano|Отправлено|Дата"
    r"|Sent at|Sent on|Lähetetty|Tarih)[*_\s]{0,4}[:：]",
    re.IGNORECASE,
)
_SUBJECT_LABEL = re.compile(
    r"[\s>*_\"]{0,8}(?:Subject|主题|主旨|主題|标题|Asunto|Betreff|Onderwerp|Objet|Oggetto|Ämne|Emne|Temat|Тема|Assunto|Konu"
    r"|Aihe)[*_\s]{0,4}[:：]",
    re.IGNORECASE,
)
_TO_LABEL = re.compile(
    r"[\s>*_\"]{0,8}(?:To|Cc|收件人|收件者|抄送|副本|Para|An|Aan|À|A|Till|Til|Do|Кому|Reply-To|Kime)[*_\s]{0,4}[:：]", re.IGNORECASE
)
_DEVICE = re.compile(
    r"[ \t\xa0>*_\[<(]{0,8}(?:Sent (?:from|via|with|by) (?!(?:my |a |the )?(?:account|wallet|card|bank|balance|savings|app\b))(?:my "
    r"|a |the )?(?:[A-Z]|iP"
    r"|mobile|phone|tablet|\[)|Get \[?(?:Outlook|BlueMail) for "
    r"|Envoyé de(?:puis)? mon |Enviado (?:desde|do|de) (?:mi|meu|el) |Von meinem .{2,40} gesendet|Diese Nachricht wurde von mein"
    r"|Inviato da(?:l mio)? |Verzonden (?:van|vanaf|met) (?:mijn|[A-Z])"
    r"|Sendt fra min|Skickat från min|Wysłane z |Отправлено с |(?:发自|發自|从|從|傳自|来自|來自|寄自)我的 ?(?:iPhone|iPad|Mac|手机"
    r"|手機|安卓|Android|华为|華為|小米|荣耀|三星|HUAWEI|HONOR|vivo|OPPO|Samsung|Redmi)"
    r"|发自 ?[A-Za-z]|我的 ?(?:iPhone|iPad)$|获取 ?Outlook|来自 ?(?:Outlook|网易|QQ ?邮箱|iPhone)|由 ?(?:QQ ?邮箱"
    r"|网易邮箱大师))[^\n]{0,90}$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"[ \t\xa0]{0,8}(?:--|[—–]{1,2}|_{2,80})[ \t\xa0]{0,4}$")
_SHARED_LINE = re.compile(
    r"(?<=[^\n>])(?=(?:-{2,4} ?)On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|(?<= )On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [^\n]{5,200} "
    r"wrote:)"
)
_RULE = re.compile(r"[\s_\-=*#~+\u1427\u2014\u2500]{0,200}$")


def split_reply(text: str) -> Reply:
    """Cut once where a quoted mail or a signature begins; drop lines that are marked as quoted, wherever they stand."""
    lines = _SHARED_LINE.sub("\n", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    kept: list[str] = []
    quoted: list[str] = []
    place = 0
    while place < min(len(lines), MOST_LINES):
        introduction = _introduction_length(lines, place)
        if _cuts(lines, place, introduction):
            return _whole_if_forwarded(lines, place, kept, [*quoted, *lines[place:]])
        length = _quote_length(lines, place, introduction)
        (quoted if length else kept).extend(lines[place : place + max(length, 1)])
        place += max(length, 1)
    kept += lines[place:]
    return Reply(_trimmed(kept), "\n".join(quoted).strip())


def _whole_if_forwarded(lines: list[str], place: int, kept: list[str], rest: list[str]) -> Reply:
    """A customer who forwards a mail without a word means the mail."""
    own = _trimmed(kept)
    if not own and _FORWARDED.search(lines[place][:LONGEST_LINE]):
        return _forwarded(lines, place)
    return Reply(own, "\n".join(rest).strip())


def _forwarded(lines: list[str], place: int) -> Reply:
    begins = place + 1
    while begins < len(lines) and not lines[begins].strip():
        begins += 1
    while begins < len(lines) and lines[begins].strip():
        begins += 1
    own = _trimmed(lines[begins:])
    return Reply(own, "\n".join(lines[place:begins]).strip()) if own else Reply(_trimmed(lines), "")


def _cuts(lines: list[str], place: int, introduction: int) -> bool:
    line = lines[place][:LONGEST_LINE]
    if not line or line.isspace() or _QUOTE.match(line):
        return False
    if _DIVIDER.match(line) or _is_header_block(lines, place) or _is_signature(lines, place):
        return True
    return introduction > 0 and not _is_quoted_after(lines, place + introduction)


def _quote_length(lines: list[str], place: int, introduction: int) -> int:
    """How many lines here belong to a marked quotation, its introduction included; 0 where the customer speaks."""
    line = lines[place][:LONGEST_LINE]
    if _QUOTE.match(line) or _DEVICE.match(line):
        return 1
    return introduction


def _introduction_length(lines: list[str], place: int) -> int:
    """`On … wrote:` over at most four lines, blank ones between them included."""
    first = lines[place][:LONGEST_LINE]
    if not first or _QUOTE.match(first):
        return 0
    if _ends_introduction(first):
        return 1
    if not _INTRODUCTION_BEGINS.match(first):
        return 0
    joined = first
    for length in range(2, INTRODUCTION_LINES + 4):
        if place + length > len(lines) or len(joined) > LONGEST_LINE:
            return 0
        joined = f"{joined} {lines[place + length - 1][:LONGEST_LINE]}"
        if _ends_introduction(joined):
            return length
    return 0


def _ends_introduction(joined: str) -> bool:
    tail = joined[-200:]
    return bool(_ANY_INTRODUCTION_END.search(tail) and _INTRODUCTION_ENDS.search(tail) and _EVIDENT.search(joined))


def _is_quoted_after(lines: list[str], place: int) -> bool:
    following = next((line for line in lines[place : place + 6] if line.strip()), "")
    return bool(_QUOTE.match(following[:LONGEST_LINE]))


def _is_header_block(lines: list[str], place: int) -> bool:
    """Outlook's way: From, Sent, To, Subject under each other. A customer's own `From: … To: …` list has neither address nor subject."""
    first = lines[place][:LONGEST_LINE]
    if not (_FROM_LABEL.match(first) or _DATE_LABEL.match(first)):
        return False
    block = [line[:LONGEST_LINE] for line in lines[place : place + 1 + HEADER_LINES]]
    sender = next((line for line in block if _FROM_LABEL.match(line)), None)
    if sender is None:
        return False
    others = sum(any(label.match(line) for line in block) for label in (_DATE_LABEL, _SUBJECT_LABEL, _TO_LABEL))
    return others >= 1 if "@" in sender else others >= 2 and any(_SUBJECT_LABEL.match(line) for line in block)


def _is_signature(lines: list[str], place: int) -> bool:
    if not _SIGNATURE.match(lines[place][:LONGEST_LINE]):
        return False
    own = (line for line in lines[place + 1 :] if line.strip() and not _QUOTE.match(line))
    return sum(1 for _ in islice(own, SIGNATURE_LINES + 1)) <= SIGNATURE_LINES


def _trimmed(lines: list[str]) -> str:
    end = len(lines)
    while end and _RULE.match(lines[end - 1][: LONGEST_LINE // 2]):
        end -= 1
    return "\n".join(lines[:end]).strip()
