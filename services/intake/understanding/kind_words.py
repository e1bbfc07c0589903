"""The words that tell what a message is for, in lower case. Every gap is bounded."""

import re
from dataclasses import dataclass

from services.intake.understanding.words import anywhere, labelled
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


@dataclass(frozen=True, slots=True)
class Clue:
    """A pattern and the kind it speaks for. `longest`: it decides only in a text no longer than that."""

    kind: MessageKind
    pattern: re.Pattern[str]
    longest: int = 10_000
    hints: str = ""
    """One of these words, divided by `|`, is in every match, less than `REACH` from both its ends."""


def _clue(kind: MessageKind, pattern: str, longest: int = 10_000, hints: str = "") -> Clue:
    return Clue(kind, re.compile(pattern), longest, hints)


KNOWN_COMPLAINT = anywhere(
    "我的投诉|我的投訴|我那个投诉|上次投诉|之前的投诉|投诉编号|投訴編號|my complaint|complaint number|previous complaint"
)
URGING = re.compile(
    r"催|加急|chas(?:ing|er)|any (?:news|updates?)\b|following up|haven't heard|still waiting for (?:a|an|your|any) "
    r"(?:reply|response|answer)"
)
LATER = (
    _clue(MessageKind.WITHDRAWAL, r"(?:撤回|撤销|撤銷|取消)[^。，,\n]{0,8}(?:投诉|投訴|申诉)|不(?:想|用|需要)?(?:再)?投诉了"
        r"|投诉[^。，,\n]{0,8}(?:撤回|撤销|取消)|(?:withdraw|cancel|drop|close)(?:ing)? (?:my|the|this) (?:complaint|case)|no longer "
        r"(?:want|wish|need) to (?:complain"
        r"|pursue)", hints="撤|取消|不投诉|不想投诉|不用投诉|再投诉|withdraw|cancel|drop|close|closing|no longer"),
    _clue(MessageKind.APPEAL, r"申请复核|要求复核|申請覆核|复核|複核|覆核|申诉|申訴|复议|不(?:接受|认可|認可|同意"
        r"|服)[^。\n]{0,14}(?:结果|結果|处理|處理|决定|決定|答复|回复|结论)|(?:结果|处理|决定)[^。\n]{0,8}(?:不满意|不滿意|不接受"
        r"|不服)|二次投诉|\bappeal\b|(?:do not|don't|cannot|can't) accept (?:your|the|this) (?:decision|outcome|answer|response|result"
        r"|final)|(?:disagree|not (?:happy|satisfied)) with (?:your|the) (?:decision|outcome|final response|resolution|answer|result)"
        r"|request (?:a |an )?(?:independent )?review|review (?:of )?(?:your|the) decision"
        r"|reconsider", hints="复核|複核|覆核|申诉|申訴|复议|不接受|不认可|不認可|不同意|不服|不满意|不滿意|二次投诉|appeal|accept"
        "|disagree|not happy|not satisfied|review|reconsider"),
    _clue(MessageKind.CHASER, r"催(?:了|一下|办|促|一催|处理)|催催|再催|加急|还(?:没|沒)(?:有)?(?:人)?(?:处理|處理|回复|回覆|答复|结果"
        r"|消息|动静|人)|(?:怎么|怎麼|为什么)(?:还|還)(?:没|沒|不)[^。\n]{0,6}(?:处理|處理|回复|回覆|联系|解决)"
        r"|到现在[^。，\n]{0,6}没[^。\n]{0,6}(?:处理|回复|结果|消息)|尽快(?:处理|回复|给我答复)[^。\n]{0,8}(?:投诉|之前)|chas(?:ing"
        r"|er)|any (?:news|update)s? (?:yet )?(?:on|about|regarding|for)|still (?:no|waiting for (?:a|an|your|any)) (?:reply|response"
        r"|answer|update|news|word)|still (?:have not|haven't) (?:heard|received (?:a|any) (?:reply|response|answer))|haven't heard"
        r"|no (?:reply|response|answer|one has (?:replied|answered))|follow(?:ing)? up on|hurry up|when will (?:you|somebody|someone"
        r"|anyone) (?:reply|answer"
        r"|respond)", hints="催|加急|还没|還沒|还不|還不|没人|沒人|到现在|尽快|chas|news|update|still|haven|no reply|no response|no "
        "answer|no one|follow|hurry|when will"),
    _clue(MessageKind.PROGRESS, r"进度|進度|进展|進展|到哪一步|处理得?(?:怎么样|如何)|處理得?(?:怎麼樣|如何)|(?:什么|甚麼|什麼)状态"
        r"|状态(?:如何|怎么样)|(?:status|progress) of (?:my|the|this|complaint)|how is (?:my|the) (?:complaint|case)|where (?:is|are"
        r"|does) (?:my|we|it|the) (?:complaint|case|stand|with)|what(?:'s| is) (?:the )?(?:status|happening)|check (?:on )?(?:the |my "
        r")?(?:status|progress)|how (?:does )?(?:it|things) stand"
        r"|track", hints="进度|進度|进展|進展|哪一步|处理|處理|状态|status|progress|how |where|what|check|track"),
    _clue(MessageKind.MATERIAL, r"(?:补充|補充|提供|上传|上傳|附上|发给你|这是|這是|附件)[^。\n]{0,12}(?:材料|截图|截圖|凭证|憑證"
        r"|交易(?:编号|号|单号)|订单号|资料|資料|账单|信息)|(?:截图|凭证|材料)[^。\n]{0,8}(?:如下|在附件|见附件|已上传|发了|补上)"
        r"|(?:here (?:is|are)|attached (?:is|are|please)|please find|i(?:'ve| have) attached|as (?:you )?requested|you asked (?:me "
        r")?for|find attached)[^.\n]{0,40}(?:screenshot|statement|receipt|document|id|reference|number|details|proof|copy|file"
        r"|requested|information)", 400, hints="补充|補充|提供|上传|上傳|附上|发给你|这是|這是|附件|截图|凭证|材料|here is|here are|attached|please "
        "find|i've att|i have att|as requested|as you requested|asked for|asked me for"),
)  # fmt: skip
LATER_WORDS = labelled({clue.kind: clue.hints for clue in LATER})
REACH = 60
GENTLE = (
    _clue(MessageKind.THANKS, r"^(?:[^\w]|好的|收到|ok|okay|嗯|hi|hello|dear|all|team|您好|你好|太好了|great|perfect|that|it|worked"
        r"|已经|已|钱|到账|了|solved|問題|问题|解决|，|,){0,14}\s{0,3}(?:非常|十分|太|真的|many |so much |much )?(?:感谢|感謝|谢谢"
        r"|謝謝|多谢|多謝|thank|thanks|cheers)", 140),
    _clue(MessageKind.SUGGESTION, r"建议|建議|希望(?:能|可以)?(?:增加|添加|支持|加(?:一个|入|上)|推出|优化|改进|新增|增設)"
        r"|能不能(?:增加|添加|加(?:一个|个|上))|要是能|如果能[^。\n]{0,16}(?:就好|更好)|提个意见|意见反馈|\bsuggest|feature request"
        r"|would be (?:great|nice|good|helpful|lovely|useful) (?:if|to)|it would help if|could you (?:please )?add|please (?:consider "
        r")?add(?:ing)? (?:a|an|support)|\bmy idea\b|an idea|wish (?:the app|you|there was|it) (?:had|could|would)"),
    _clue(MessageKind.PRAISE, r"表扬|表揚|点赞|點讚|好评|好評|(?:非常|很|十分|特别|真)(?:满意|滿意|好用|方便|棒|专业|耐心|贴心)"
        r"|服务(?:很|非常|特别)好|太棒|真棒|赞一个|五星|love (?:this|the|your|it)|great (?:service|app|job|support|work)|excellent"
        r"|amazing|awesome|fantastic|well done|brilliant|very (?:happy|pleased|satisfied|helpful)|best (?:app|wallet|service)|keep up"
        r"|five stars|compliment"),
    _clue(MessageKind.ENQUIRY, r"请问|請問|想问|想問|咨询|諮詢|如何|怎么(?:样|办理|设置|修改|开通|绑定|提|用|充|申请|查|才能|操作|更改"
        r"|注册|提高)|怎麼|怎样|怎樣|是否|能否|可以吗|可以嗎|可不可以|多少|什么时候|哪里|哪裡|需要(?:什么|多久|哪些)|有没有|吗[？?]"
        r"|嗎[？?]|^(?:how|what|when|where|which|who|can|could|do|does|is|are|may|will|would|should)\b|\?|how (?:do|can|to|long|much"
        r"|many)|would like to know|wondering|question about|enquir|inquir|could you (?:tell|explain)|please advise"),
)  # fmt: skip
