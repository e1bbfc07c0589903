"""The words that tell what a message is for, in lower case. Every gap is bounded."""

import re
from dataclasses import dataclass

from services.intake.understanding.words import anywhere
from shared.contracts.vocabulary import MessageKind

DISSATISFIED = anywhere(
    "投诉|投訴|不满|不滿|失望|气愤|氣憤|愤怒|太差|垃圾|骗|騙|坑|差评|差評|恶心|过分|過分|离谱|離譜|无语|無語|欺负|乱扣|"
    "亂扣|多扣|被扣|盗|盜|没到账|没有到账|沒有到帳|未到账|未到帳|沒到帳|没收到|沒收到|没有收到|沒有收到|失败|失敗|闪退|"
    "閃退|冻结|凍結|崩溃|登不上|登不进|无法|無法|打不开|打不開|不能用|还没|還沒|没人|沒人|不回|不理|敷衍|推诿|态度差|"
    "態度差|态度恶劣|怎么还|怎麼還|凭什么|憑什麼|为什么扣|為什麼扣|到底|隐形|隱形|隱藏|被锁|被鎖|一直|complain|disappoint|"
    "unhappy|dissatisf|angry|furious|frustrat|terrible|awful|horrible|worst|useless|ridiculous|unacceptable|disgrace|"
    "disgust|scam|fraud|stolen|stole|hacked|rip off|rip-off|rubbish|a joke|never arriv|never receiv|never got|never credit|"
    "not arriv|not receiv|not work|not credit|not gone|not showing|not happy|not acceptable|not authori|n't arriv|"
    "n't receiv|n't work|n't credit|n't go through|n't recogni|n't make|n't open|n't log|n't authori|still no|still wait|"
    "still pend|still hasn|still haven|fail|declin|reject|charged twice|double charge|overcharg|wrong|locked|frozen|"
    "blocked|crash|missing|unauthori|rude|ignored|nobody|no one|hidden|disappeared|money is gone|money gone|taken from|"
    "unable|error|problem|issue|want my money|refund me|want a refund|need a refund|demand a refund|n't reach|not reach|"
    "n't shown|n't been|n't come"
)


Why = tuple[MessageKind, str]
"""A kind, and the words that decided."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A pattern and the kind it speaks for. `longest`: it decides only in a text no longer than that."""

    kind: MessageKind
    pattern: re.Pattern[str]
    longest: int = 10_000
    hints: str = ""
    """One of these words, divided by `|`, is in every match, less than `REACH` from both its ends."""


def clue(kind: MessageKind, pattern: str, longest: int = 10_000, hints: str = "") -> Clue:
    return Clue(kind, re.compile(pattern), longest, hints)


GENTLE = (
    clue(MessageKind.THANKS, r"^(?:[^\w]|好的|收到|ok|okay|嗯|hi|hello|dear|all|team|您好|你好|太好了|great|perfect|that|it|worked"
        r"|已经|已|钱|到账|了|solved|問題|问题|解决|，|,){0,14}\s{0,3}(?:非常|十分|太|真的|many |so much |much )?(?:感谢|感謝|谢谢"
        r"|謝謝|多谢|多謝|thank|thanks|cheers)", 140),
    clue(MessageKind.SUGGESTION, r"建议|建議|希望(?:能|可以)?(?:增加|添加|支持|加(?:一个|入|上)|推出|优化|改进|新增|增設)"
        r"|能不能(?:增加|添加|加(?:一个|个|上))|要是能|如果能[^。\n]{0,16}(?:就好|更好)|提个意见|意见反馈|\bsuggest|feature request"
        r"|would be (?:great|nice|good|helpful|lovely|useful) (?:if|to)|it would help if|could you (?:please )?add|please (?:consider "
        r")?add(?:ing)? (?:a|an|support)|\bmy idea\b|an idea|wish (?:the app|you|there was|it) (?:had|could|would)"),
    clue(MessageKind.PRAISE, r"表扬|表揚|点赞|點讚|好评|好評|(?:非常|很|十分|特别|真)(?:满意|滿意|好用|方便|棒|专业|耐心|贴心)"
        r"|服务(?:很|非常|特别)好|太棒|真棒|赞一个|五星|love (?:this|the|your|it)|great (?:service|app|job|support|work)|excellent"
        r"|amazing|awesome|fantastic|well done|brilliant|very (?:happy|pleased|satisfied|helpful)|best (?:app|wallet|service)|keep up"
        r"|five stars|compliment"),
    clue(MessageKind.ENQUIRY, r"请问|請問|想问|想問|咨询|諮詢|如何|怎么(?:样|办理|设置|修改|开通|绑定|提|用|充|申请|查|才能|操作|更改"
        r"|注册|提高)|怎麼|怎样|怎樣|是否|能否|可以吗|可以嗎|可不可以|多少|什么时候|哪里|哪裡|需要(?:什么|多久|哪些)|有没有|吗[？?]"
        r"|嗎[？?]|^(?:how|what|when|where|which|who|can|could|do|does|is|are|may|will|would|should)\b|\?|how (?:do|can|to|long|much"
        r"|many)|would like to know|wondering|question about|enquir|inquir|could you (?:tell|explain)|please advise"),
)  # fmt: skip
IN_ADVANCE = re.compile(r"in advance|先谢|先謝|提前(?:感谢|谢)")


def first_of(clues: tuple[Clue, ...], lowered: str) -> Why | None:
    for one in clues:
        if len(lowered) <= one.longest and (match := one.pattern.search(lowered)):
            return one.kind, match.group().strip()
    return None
