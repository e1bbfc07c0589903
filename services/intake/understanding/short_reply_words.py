"""The words of short replies, in lower case. Every gap is bounded."""

import re
from enum import StrEnum


class Said(StrEnum):
    UNSOLVED = "unsolved"
    SOLVED = "solved"
    NO = "no"
    YES = "yes"
    MARK = "mark"
    THANKS = "thanks"
    HEARD = "heard"


_END = r"(?![a-z0-9])"
_THING = "(?:(?:我的|这个|這個|你们|你們)?(?:问题|問題|事情|事|投诉|投訴)(?:是)?)?"
_ALREADY = "(?:现在|現在|今天|刚刚|剛剛|刚|剛|都|也|已经|已經|已|终于|終於|总算|總算|算是|基本|彻底|徹底|圆满|圓滿|完全|全部|是){0,3}"
_DONE = "(?:解决|解決|处理好|處理好|处理完|處理完|搞定|弄好|修好|恢复正常|恢復正常)"
_IT = r"(?:(?:it|this|that|everything|all|(?:the|my) (?:issue|problem|complaint|matter|case))(?:'s| is| has been| was| got| has)?(?: all| now)? )?"
_NOW = r"(?:(?:now|all|finally|already|fully|completely|been) ){0,2}"
_SOLVED = r"(?:solved|resolved|fixed|sorted(?: out)?|settled|working(?: again| fine)?)"
_LATELY = r"(?: (?:now|today|already|finally))?"
_WORDS = (
    (
        Said.UNSOLVED,
        (
            rf"{_THING}(?:还|還|仍然|仍|根本|完全|并|並|都){{0,2}}(?:没有|沒有|没|沒|未|尚未|未能)(?:被|能|有|得到|彻底|徹底|完全)?{_DONE}(?:了|好|掉)?"
            rf"|{_IT}(?:still |has |is )?(?:not|isn't|hasn't|wasn't)(?: been)?(?: yet| fully| completely)? {_SOLVED}(?: yet| at all)?{_END}"
            rf"|(?:unsolved|unresolved){_END}"
        ),
    ),
    (
        Said.SOLVED,
        (
            rf"{_THING}{_ALREADY}{_DONE}(?:了|啦|咯|好了|掉了)?"
            rf"|(?:退款|钱|錢|款|款项|款項|余额|餘額)(?:我)?{_ALREADY}(?:到账|到帳|入账|入帳|收到|退回来|退回來|退了|回来|回來)(?:了|啦)"
            r"|(?:退款|钱|錢|款项|款項)(?:已经|已經|已|都|终于|終於)(?:到账|到帳|入账|入帳|收到)(?:了|啦)?(?![\u4e00-\u9fff])"
            rf"|(?:我)?{_ALREADY}(?:收到|拿到)(?:了)?(?:退款|钱|錢|款项|款項)(?:了|啦)?"
            rf"|{_IT}{_NOW}{_SOLVED}{_LATELY}{_END}"
            r"|(?:i )?(?:have |'ve )?(?:now |finally |just )?(?:got|received|have) (?:my|the) (?:money|refund|payment)(?: back)?"
            rf"{_LATELY}{_END}"
            r"|(?:my|the) (?:refund|money|payment|transfer) (?:has |have |is )?(?:now |finally |just |already )?(?:arrived|come|came"
            rf"|been credited|been refunded|here|back)(?: through| in| back)?{_LATELY}{_END}"
        ),
    ),
    (Said.NO, rf"(?:否|不是|没有|沒有|并没有|並沒有|没|沒|不)(?:的)?(?![\u4e00-\u9fff])|(?:no|nope|n|not yet|not really){_END}"),
    (Said.YES, rf"(?:是的|是|对的|對的|对|對|有|嗯|yes|yep|yeah|y)(?![\u4e00-\u9fffa-z])|yes(?:, it (?:is|was|has))?{_END}"),
    (
        Said.MARK,
        (
            r"(?:(?:客服|服务|服務|你们|你們)?(?:的)?(?:态度|態度|评分|評分|满意度|滿意度|打分|评价|評價)(?:是|给|給|打)?|(?:给|給|打)"
            r"|(?:attitude|rating|score|service|staff|agent)(?: was| is)?)?\s{0,2}[:：=]?\s{0,2}(?P<mark>[1-5])"
            r"(?P<unit>\s?(?:分(?![钟鐘之钱錢])|颗?星|顆星|/\s?5(?![0-9])|out of (?:5|five)|stars?|points?))?(?!\.?[0-9]|%)"
        ),
    ),
    (
        Said.THANKS,
        (
            r"(?:(?:非常|十分|很|太|真的|真|many|so much|thank you|thanks) ?)?(?:感谢|感謝|谢谢|謝謝|谢了|多谢|多謝|感恩|辛苦了|thank you|thanks"
            r"|thx|cheers|much appreciated|appreciated)(?:你们|你們|您|你|大家|了|啦|啊|哦|客服|的帮助|的幫助|耐心|的耐心|帮助|幫助|帮忙|幫忙|解决|处理|處理){0,3}"
            r"(?: (?:very much|so much|a lot|again|for (?:your|the|all your|all the) (?:help|support|reply|answer|quick reply|assistance|work"
            r"|efforts?)|everyone|all|guys|team)){0,2}"
        ),
    ),
    (
        Said.HEARD,
        (
            rf"(?:好的|好|收到|我?知道了|明白了|明白|了解|了解了|瞭解|嗯嗯|嗯|太好了|太棒了)(?:了|吧|啦|哦)?(?![\u4e00-\u9fff])|(?:ok|okay|noted"
            rf"|got it|understood|great|perfect|wonderful|brilliant|received){_END}"
        ),
    ),
)
SAYING = tuple((said, re.compile(pattern)) for said, pattern in _WORDS)
BETWEEN = re.compile(r"[\s,，.。;；!！~～、:：)）(（\-—…]{0,20}")
COUNTED = re.compile(r"(?:q|问题|問題|第)?\s?(?:[123]|[一二三])(?:题|題)?\s{0,2}(?:[.、:：)）．]|\s(?=[^\s0-9]))\s{0,3}")
GREETING = re.compile(
    r"(?:您好|你好|hi|hello|hey|dear (?:team|all|sirs?)|回复|回覆|答)(?: (?:there|all|team|redress|okpay))?(?=[\s,，.。!！:：])"
)
AFTER_MARK = re.compile(
    r"\s{0,3}(?:\Z|\s[23二三](?:[.、:：)）．]|\s)|[,，.。;；!！、\n)）]|\s(?:希望|建议|建議|请|請|无|無|没|沒|谢|謝|please|faster|more|thank|none|nothing|good|great|nice|be ))"
)
NOTHING = re.compile(
    r"(?:暂时|暫時|目前)?(?:无|無|没有|沒有|没|沒|没什么|none|nothing|no|nope|n/a|na|-)(?:了|意见|意見|建议|建議|suggestions?| suggestions?| comments?)?"
)
POLITELY = re.compile(r"[\s,，.。;；!！~～]{0,10}(?:谢谢|謝謝|多谢|多謝|thanks|thank you)?[\s,，.。;；!！~～]{0,10}")
NUMBER = re.compile(
    r"[(（\[【]?(?:(?:投诉|投訴)?(?:编号|編號|单号|單號|号码|號碼)|(?:complaint |reference )?(?:number|no\.?|ref))?\s?(?:是|为|為)?\s?[:：#]?\s?"
    r"\brd[\s-]?[0-9a-z]{5}[\s-]?[0-9a-z]{5}[\s-]?[0-9a-z](?:/a[1-9][0-9]?)?(?![0-9a-z])[)）\]】]?"
)
"""The complaint's own number, with what introduces it: it answers nothing."""
MARK_ALONE = re.compile(r"[1-5]\s?(?:/\s?5|分|颗?星|顆星)?")
LABEL = re.compile(
    r"(?:(?:问题|問題)?(?:是否)?(?:已)?(?:解决|解決)|建议|建議|意见|意見|(?:solved|resolved|suggestions?|comments?)\??)\s{0,2}[:：]\s{0,3}"
)
"""The name of a question, before its answer."""
AFTER_CLEAR_MARK = re.compile(r"\s")
"""After a mark that names what it counts, a blank is enough."""
