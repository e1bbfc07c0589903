"""The words of later messages on a known complaint, in lower case. Every gap is bounded."""

from services.intake.understanding.kind_words import Clue, clue
from services.intake.understanding.words import anywhere, labelled
from shared.contracts.vocabulary import MessageKind

KNOWN_COMPLAINT = anywhere(
    "我的投诉|我的投訴|我那个投诉|上次投诉|之前的投诉|投诉编号|投訴編號|my complaint|complaint number|previous complaint"
)

_THIS = "(?:掉|了|对|對|我|本人|的|这|這|那|个|個|次|条|條|起|份|之前|先前|上次|提交|提出|\\s){0,8}"
_PLEASE = "(?:我|可以|想|要|请|請|帮|幫|麻烦|麻煩|就|能|先|给|給|都|全部|吧|,|，|\\s){0,6}"
_NO_ANSWER = r"[^。\n]{0,6}(?:处理|處理|回复|回覆|答复|答覆|联系|聯繫|聯絡|解决|解決)"
_VERDICT = "(?:结果|結果|决定|決定|答复|答覆|结论|結論|裁定)"
_DECISION = "(?:decision|outcome|final response|resolution|verdict|conclusion|findings?)"

IN_ITSELF: tuple[Clue, ...] = (
    clue(MessageKind.WITHDRAWAL, rf"(?:撤回|撤销|撤銷|撤掉|取消){_THIS}(?:投诉|投訴|申诉|申訴)|(?:投诉|投訴){_PLEASE}(?:撤回|撤销|撤銷"
        r"|撤了|撤掉|取消)(?!了?(?:我|订|訂|交易|付款|支付))|撤诉|撤訴|不(?:想|用|需要|打算)?再?(?:投诉|投訴)了"
        r"|\b(?:withdraw|cancel|drop|close|retract)(?:ing)? (?:my|the|this|our) complaint\b|\bno (?:longer )?(?:want|wish|need) to "
        r"(?:complain|continue with (?:the|my|this) complaint)",
        hints="撤|取消|投诉了|投訴了|withdraw|cancel|drop|clos|retract|complain"),
    clue(MessageKind.APPEAL, r"(?:申请|申請|要求|进行|進行|再次|重新|二次)(?:复核|複核|覆核|复议|複議|复审|複審)|二次投[诉訴]|再次投[诉訴]"
        rf"|(?:不接受|不认可|不認可|不同意|不服|不滿意|不满意|不赞同)[^。\n]{{0,14}}{_VERDICT}|{_VERDICT}[^。\n]{{0,8}}(?:不满意|不滿意"
        r"|不接受|不服|不认可|不認可|不同意)|\bappeal(?!ing| to you)\b|(?:do not|don't|cannot|can't|won't) accept (?:your|the|this) "
        rf"(?:answer|response|result|final|{_DECISION})|(?:disagree|unhappy|dissatisfied|not (?:at all )?(?:happy|satisfied)|not "
        rf"agree|n't agree) with (?:your|the|this) (?:final )?{_DECISION}|(?:independent|second) review|review (?:of )?(?:your|the) "
        r"decision|second complaint",
        hints="复核|複核|覆核|复议|複議|复审|複審|投诉|投訴|不接受|不认可|不認可|不同意|不赞同|不服|不满意|不滿意|appeal|accept|disagree|happy"
        "|satisfied|agree|review|second complaint"),
    clue(MessageKind.CHASER, r"催(?!收|债|債|款|缴|繳|费|費|账|帳)|加急|尽快(?:处理|回复|给我答复)[^。\n]{0,8}(?:投诉|之前)"
        r"|\bchasing (?:this|it|up|you|my|for|again)\b|\b(?:a|my) (?:second |third |polite |friendly )?chaser\b(?! \w)|\bany (?:news|updates?)"
        r" (?:yet\b|(?:on|about|regarding|for) (?:this|it|my|our|the (?:complaint|case|refund|issue|matter|investigation))\b)|\bfollow(?:ing)? up on\b",
        hints="催|加急|尽快|chas|news|update|follow"),
)  # fmt: skip
"""Withdrawn, appealed and urged is also in a first message what says so itself. In the order in which they count."""
ITS_WORDS = labelled({str(place): one.hints for place, one in enumerate(IN_ITSELF)})
REACH = 60

ON_COMPLAINT: tuple[Clue, ...] = (
    clue(MessageKind.WITHDRAWAL, r"不(?:再)?追究了|(?:不用|不必|无需|無需|不需要)(?:再|继续|繼續|你们|你們){0,2}(?:处理|處理|跟进|跟進|调查"
        r"|調查)了|\b(?:withdraw|drop|close)(?:ing)? (?:my|the|this|our) case\b|\bno (?:longer )?(?:want|wish|need) to pursue"),
    clue(MessageKind.CHASER, r"(?:还|還|仍|仍然|一直|都)(?:没|沒|未)(?:有)?(?:到账|到帳|收到|入账|入帳|退款|退给|退給|退到)|haven't heard|have not heard|still (?:no|waiting for (?:a|an|your|any|some)) (?:reply|response|answer"
        r"|update|news|word)|还?(?:没|沒)有?(?:一个|一個|任何|半个|半個)?人(?:处理|處理|回复|回覆|理|联系|聯繫|聯絡|跟进|跟進|管|打电话)|"
        rf"(?:还|還|仍|都)(?:没|沒|未)(?:有)?(?:人|给我|給我|收到)?(?:任何)?(?:处理|處理|回复|回覆|答复|答覆|结果|結果|消息|动静|進展|进展"
        rf"|联系|聯繫)|(?:怎么|怎麼|为什么|為什麼|为何)(?:还|還)(?:没|沒|不|未){_NO_ANSWER}|到现在[^。，\n]{{0,6}}没[^。\n]{{0,6}}(?:处理"
        r"|回复|结果|消息)|(?:消息|回音|回应|回應|下文|动静)(?:都|也)(?:没|沒)|(?:没有|沒有|没|沒)(?:任何|一点|一點|半点)?(?:消息|回音|下文|回应|回應|进展|進展)|(?:尽快|盡快|尽早|盡早|赶紧"
        r"|趕緊|抓紧|抓緊|快点|快點|快些|马上|馬上|立刻|早点|早點)(?:帮|幫|给|給|地|把|处理|處理|解决|解決|回复|回覆|答复|答覆|查|办|辦|退"
        r"|跟进|跟進)|(?:能不能|可不可以|可以|能否|请|請|麻烦|麻煩|拜托|你们|你們)[^。，,\n]{0,4}(?:快点|快點|快一点|快一點|快些|抓紧|抓緊)"
        r"|(?:跟进|跟進)一下|到底[^。，,\n]{0,6}(?:处理|處理|管|解决|解決|回复|回覆)|有人(?:在)?(?:吗|嗎)|any(?:one|body) (?:still )?there\b|(?:还|還)要(?:我)?(?:等|多)(?:多)?(?:久|长时间|長時間|几天)|等(?:太|那么|这么)久|\bhurry up|speed (?:this|it|things) up|as soon "
        r"as possible|\basap\b|\burgently\b|\bas urgent\b|no (?:reply|response|answer|one has (?:replied|answered|contacted"
        r"|called))|(?:nobody|no one|no-one)(?: has| is| will| from your side)* (?:ever |yet )?(?:replied|answer(?:ed|ing|s)?|call(?:ed"
        r"|ing|s)|contact(?:ed|ing|s)|got back|responded|helped|help(?:ing|s))|when will (?:you|somebody|someone|anyone) "
        r"(?:finally )?(?:reply|answer|respond|get back|call|contact)|how much longer|it(?:'s| is|s| has) been (?:[0-9]{1,3}|a|over a|two|three|four|five|six|several) (?:hour|day|week|month)s?|still (?:waiting|nothing|pending)\b|(?:waited|been "
        r"waiting) (?:long enough|for ages|too long)|what is taking so long|\bany (?:news|updates?)(?: please)?\s?\?"),
    clue(MessageKind.PROGRESS, r"进度|進度|(?:有|什么|甚麼|什麼|何|任何)(?:新)?的?(?:进展|進展)|(?:进展|進展)(?:如何|怎|到|情况|情況|呢|吗|嗎)"
        r"|(?:查|看|问|問|了解|知道)[^。\n]{0,6}(?:进展|進展|(?:处理|處理)(?:的)?(?:情况|情況))|(?:到|在)(?:哪|什么|甚麼|什麼)(?:一)?(?:步|里|裡|了|阶段|階段|环节|環節)"
        r"|(?:处理|處理)得?(?:怎么样|怎麼樣|怎样|怎樣|如何|的如何)|(?:什么|甚麼|什麼|何种)状[态態]|(?:什麼|甚麼|什么)狀態|[状狀][态態](?:如何|怎么样|怎麼樣"
        r"|是什么|是什麼)|(?:查|问|問)[^。\n]{0,8}(?:投诉|投訴)(?:的)?[状狀][态態]|有(?:了)?(?:结果|結果|结论|消息|答复)(?:了)?(?:吗|嗎|没有"
        r"|沒有|么|沒|没|呢|[?？])|(?:结果|結果)(?:出来|出來)了?(?:吗|嗎|没|沒|么|[?？])|(?:解决|解決|处理好|處理好|到账|到帳|退款|审核好)了?"
        r"(?:吗|嗎|没有|沒有|么)|(?:什么|什麼|甚麼|啥)(?:时候|時候)[^。\n]{0,8}(?:有结果|有結果|处理|處理|出结果|出結果|答复|答覆|回复|回覆|解决"
        r"|解決|到账|到帳|完成)|(?:大概|大约|还|還)?需要?多(?:久|长时间|長時間)(?:才|能|可以)?|\b(?:status|progress) (?:of|on) (?:my|the|this"
        r"|complaint|our)|\b(?:what|know|tell me|check)[^.?\n]{0,24}\bstatus\b|\bhow (?:is|are|was) (?:my|the|our|this|it|things) (?:complaint|case|matter|going|coming|progressing)"
        r"|\bwhere (?:is|are|does|do) (?:my|we|it|the|things|this) (?:complaint|case|matter|stand|with|at\b)|what(?:'s| is) (?:the )?"
        r"(?:status|happening|the latest|going on|next)|\bcheck(?:ing)? (?:on )?(?:the |my )?(?:status|progress)|how (?:does )?(?:it"
        r"|things) stand|\b(?:track|follow) (?:my|the|this) (?:complaint|case)|how far (?:along|are you|is)|is there an(?:y)? (?:update"
        r"|news|progress)|(?:has|have|was) (?:a|any|the) decision|(?:have|has) (?:you|anybody|anyone|somebody|someone) (?:decided"
        r"|looked (?:at|into)|found|had a look|reviewed)|what happens (?:next|now)|when (?:can|will|should|do) (?:i|we|it) (?:expect"
        r"|hear|know|get (?:an answer|a reply|a decision)|be (?:resolved|solved|decided|finished|done))"),
    clue(MessageKind.APPEAL, r"(?:上诉|上訴|申诉|申訴|复核|複核|覆核|复议|複議|复审|複審)|(?:不满意|不滿意|不服|不认可|不認可|不能接受|不接受"
        r"|无法接受|無法接受)|(?:驳回|駁回|拒绝|拒絕)[^。\n]{0,10}(?:凭什么|憑什麼|不合理|没道理|不公平)|(?:凭什么|憑什麼|为什么|為什麼)(?:驳回"
        r"|駁回|拒绝|拒絕|不赔|不賠|不给退|不退)|复查|覆查|複查|(?:驳回|駁回|拒绝|拒絕)(?:的)?理由|got (?:this|it|that) (?:all )?wrong|some(?:one|body) (?:more )?(?:senior|else)[^.\n]{0,24}\breview|(?:重新|再)(?:审查|審查|审理|審理|审核|審核|评估|評估|调查|調查|裁定|核查)|(?:找|要求|让|請|请)"
        r"(?:你们|你們|上级|上級|更高级|领导|領導|主管)[^。\n]{0,6}(?:重新|复查|再查)|(?:处理|處理|结果|結果|决定|決定|判定)[^。\n]{0,6}(?:不合理"
        r"|不公平|不公|有问题|有問題|错|錯)|\b(?:reconsider|re-?open|re-?examine|re-?assess)\b|(?:not|isn't|n't|un) ?"
        rf"(?:accept(?:able)?\b|satisf(?:ied|actory)|happy\b|agree\b)|\bdisagree\b|(?:your|the|this) (?:answer|{_DECISION}) (?:is|was) "
        r"(?:wrong|unfair|unreasonable|not (?:right|fair))|(?:looked at|reviewed|investigated|checked) again|second opinion|look at "
        r"(?:it|this|my (?:case|complaint)) again|unfair (?:decision|outcome)|why (?:was|is) (?:my complaint|it|this) (?:rejected|refused"
        r"|declined)"),
    clue(MessageKind.MATERIAL, r"(?:补充|補充|提供|上传|上傳|附上|发给你|發給你|这是|這是|附件|补上|補上|补交|補交|已发|已發|发送|發送|寄)"
        r"(?!什么|什麼|哪些|甚麼)[^。\n?？]{0,12}(?:材料|截图|截圖|凭证|憑證|交易(?:编号|编號|號|号|单号|單號|时间|時間)|订单号|訂單號|资料|資料|账单"
        r"|帳單|信息|资讯|收据|收據|小票|证明|證明|记录|記錄|视频|照片)|(?:截图|截圖|凭证|憑證|材料|资料|資料|收据|收據|证明|證明|照片|记录|記錄)"
        r"[^。\n?？]{0,8}(?:如下|在附件|见附件|見附件|已上传|已上傳|已经上传|上传了|上傳了|发了|發了|补上|補上|已发|已發|在这|在這|给你|給你)|见附件|見附件|(?:您|你|你们|你們)要的|(?:交易|付款|转账|轉帳|轉賬|支付)(?:的)?(?:时间|時間|日期|金额|金額)(?:是|为|為|:|：)"
        r"|(?:交易|订单|訂單|流水|单|單)(?:编|編)?(?:号|號)(?:码|碼)?(?:是|为|為|:|：|如下|在这|在這)|(?:here (?:is|are)|here's|attached (?:is"
        r"|are|please)|please find|i(?:'ve| have) attached|i attach(?:ed)?|as (?:you )?requested|you asked (?:me )?for|find attached|see "
        r"(?:the )?attached|sending you|i am sending|uploaded)(?:[^.\n?]{0,40}\b(?:screenshots?|statements?|receipts?|documents?|id"
        r"|reference|numbers?|details|proof|copy|files?|requested|information|invoice|photos?)\b| attach(?:ed|ment))|\b(?:screenshots?"
        r"|statements?|receipts?|documents?|proof|invoice|photos?|copy|files?)(?: is| are| has been| have been| was)? (?:attached|enclosed|below"
        r"|uploaded|sent|in the attachment)|\b(?:the|my) (?:transaction|order|payment|reference|app|error|device|phone) (?:id|number"
        r"|reference|version|code|model|time|date) (?:is|was)\b",
        400),
)  # fmt: skip
"""What only a known complaint gives this meaning. In the order in which they count, after the others."""
