"""The phrases behind the signals, in lower case, simplified and traditional. Data: extend freely, keep every gap bounded."""

import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


_ASK_ZH = r"(?:要求|希望|请|請|想要?|申请|申請|麻烦|麻煩|尽快|盡快|尽早|马上|立即|立刻|赶紧|给我|給我|帮我|幫我|必须|必須|需要|要|应该|應該|能不能|能否|可以|可否|不行就|诉求|訴求|强烈)"
_ASK_EN = r"(?:want|wants|please|would like|like|demand|request|requesting|need|ask(?:ing)? for|expect|hope|can i|can you|could you|give|kindly|looking for|how do i|must|should|insist|i'd like|entitled to)"

OUTCOMES = {
    "refund": _any(
        rf"{_ASK_ZH}[^。！？!?\n]{{0,12}}?(?:退款|退钱|退錢|退还|退還|退回|返还|返還|退给|退給|退费|退汇|退匯|把钱|原路)",
        rf"\b{_ASK_EN}\b[^.!?\n]{{0,40}}?\b(?:refund|money back|reimburse|return(?:ed)? (?:the|my) (?:money|funds|payment)|credited? back)",
        r"(?:还我|還我|退我)(?:的)?(?:钱|錢|血汗钱)|把钱还|\brefund (?:me|my|the|it|this|us)\b|\bmoney back\b|pay me back",
    ),
    "explanation": _any(
        rf"{_ASK_ZH}[^。！？!?\n]{{0,10}}?(?:解释|解釋|说明|說明|说法|說法|查清|查明|核实|核實|调查|調查|答复|答覆|查一下|查一查|回复|回覆|交代|原因)",
        rf"\b{_ASK_EN}\b[^.!?\n]{{0,30}}?\b(?:explain|explanation|investigat|look into|reason why|tell me why|check (?:what|why|this)|clarif|answer)",
    ),
    "unblock": _any(
        rf"{_ASK_ZH}[^。！？!?\n]{{0,12}}?(?:解冻|解凍|解封|解除|恢复|恢復|解锁|解鎖)",
        r"\b(?:unblock|unfreeze|unlock|reactivate|restore|reinstate|lift the (?:block|restriction|hold))\b",
    ),
    "compensation": _any(rf"{_ASK_ZH}[^。！？!?\n]{{0,12}}?(?:赔偿|賠償|补偿|補償|赔付|賠付)", r"\bcompensat", r"(?:赔我|賠我|赔偿我)"),
    "apology": _any(rf"{_ASK_ZH}[^。！？!?\n]{{0,12}}?(?:道歉|赔礼)", r"\b(?:apolog(?:y|ise|ize))\b"),
    "complete_transaction": _any(
        rf"{_ASK_ZH}[^。！？!?\n]{{0,10}}?(?:到账|到帳|入账|入帳|补上|重新(?:发起|充值|转)|处理完)",
        rf"\b{_ASK_EN}\b[^.!?\n]{{0,30}}?\b(?:credit(?:ed)? (?:to )?(?:my|the)|complete the|release (?:the|my)|process (?:the|my)|send it again|resend)",
    ),
    "cancel": _any(
        rf"{_ASK_ZH}[^。！？!?\n]{{0,8}}?(?:取消|撤销|撤銷|注销|註銷|关闭|解绑|免除|减免)",
        rf"\b{_ASK_EN}\b[^.!?\n]{{0,24}}?\b(?:cancel|close (?:my|the)|reverse|waive|stop the)",
    ),
    "fix": _any(
        rf"{_ASK_ZH}[^。！？!?\n]{{0,10}}?(?:修复|修復|解决|解決|修好|处理|處理|改进|改善)",
        rf"\b{_ASK_EN}\b[^.!?\n]{{0,24}}?\b(?:fix|solve|resolve|sort (?:this|it)|repair|help)\b",
    ),
}

THREATS = {
    "regulator": _any(
        r"银保监|銀保監|金融监管|金融監管|监管局|监管部门|监管机构|監管|人民银行|央行|12378|12315|12345|12363|消协|消费者协会|消委|工商局|市场监管|金管局|\bombudsman\b|\bcfpb\b|\bfca\b|\brbi\b"
        r"|\bregulators?\b|trading standards|\bhkma\b|\bmas\b|\bbbb\b|consumer (?:protection|council|affairs)|financial authority|central bank"
    ),
    "police": _any(r"报警|報警|公安|派出所|报案|報案|经侦|警察|\bpolice\b|action fraud"),
    "media": _any(
        r"曝光|媒体|媒體|记者|記者|电视台|上热搜|发微博|發微博|发到微博|发到网上|小红书上|315晚会|\bmedia\b|newspaper|journalist|go(?:ing)? public|\bpress\b|\bon (?:twitter|tiktok|reddit|social media)\b"
    ),
    "lawyer": _any(
        r"律师|律師|起诉|起訴|法院|诉讼|訴訟|法律途径|法律途徑|法律手段|仲裁|\blawyers?\b|\bsue\b|\bsuing\b|legal (?:action|advice|proceedings|team)|\bcourt\b|\battorney\b|\bsolicitor\b|\barbitration\b"
    ),
    "self_harm": _any(
        r"自杀|自殺|不想活|跳楼|跳樓|轻生|輕生|活不下去|死给你|了结自己|结束生命|\bsuicid|kill(?:ing)? myself|end(?:ing)? (?:my life|it all)|hurt myself|harm myself|want to die|no reason to live"
    ),
    "violence": _any(
        r"砍死|杀了你|殺了你|弄死|打死|炸了|炸掉|放火|烧了你|同归于尽|拿刀|砸了你|(?:kill|shoot|stab|beat|hurt) (?:you|him|her|them|your|someone)|burn (?:down|your)|\bbomb\b|i know where you"
    ),
}

VULNERABILITIES = {
    "elderly": _any(
        r"老人|老年|七十|八十多?岁|[6789]\d多?岁|年纪大|年紀大|\belderly\b|\bpensioner\b|[6789]\d[ -]years?[ -]old|my (?:grandmother|grandfather|elderly)|\bretired\b"
    ),
    "illness": _any(
        r"住院|重病|癌|化疗|化療|手术|手術|救命钱|看病|治病|医药费|醫藥費|抑郁|抑鬱|透析|\bcancer\b|hospital|\bsurgery\b|\bdialysis\b|\bdepress(?:ed|ion)\b|mental health|seriously ill|\bmedication\b|\bmedicine\b"
    ),
    "disability": _any(
        r"残疾|殘疾|视障|視障|盲人|听障|聋|聾|失明|轮椅|\bdisab(?:led|ility)\b|\bblind\b|\bdeaf\b|wheelchair|screen reader|hard of hearing|visually impaired"
    ),
    "bereavement": _any(
        r"去世|过世|過世|遗产|遺產|亡故|\bpassed away\b|\bbereave|\bdeceased\b|\bwidow|\bfuneral\b|\bmy late (?:husband|wife|father|mother)"
    ),
    "hardship": _any(
        r"失业|失業|低保|没钱吃饭|没钱交|吃不上饭|房租|交不起|生活费|生活費|学费|學費|工资都|揭不开锅|\blost my job\b|can(?:'|no)?t (?:afford|pay (?:my|the) rent|eat|feed)|\bmy rent\b|\bpay rent\b|\bevict|\bunemployed\b|\bsingle (?:mother|mom|parent)|financial hardship"
    ),
    "minor": _any(r"未成年|我(?:的)?(?:孩子|儿子|女儿)才|小孩.{0,6}(?:充值|打赏)|熊孩子|\bminor\b|my \d{1,2}[- ]year[- ]old|\bunder ?age"),
    "pregnancy": _any(r"怀孕|懷孕|孕妇|孕婦|\bpregnan"),
}

EARLIER_CONTACT = _any(
    r"(?:打|拨)(?:了|过|過)[^。，,\n]{0,10}(?:电话|電話|热线|熱線|客服|次)|(?:已经?|已經|之前|前面|上次|昨天|前天|多次|反复|几次|一直|三次|两次)[^。，,\n]{0,8}(?:投诉|投訴|反映|反馈|反饋|联系|聯繫|聯絡|咨询|催|问过|找过|致电|留言|发(?:了|过)邮件)"
    r"|(?:联系|聯繫|聯絡|投诉|投訴|反馈|反饋|催|问|找)(?:了|过|過)[^。，,\n]{0,8}(?:客服|你们|你們|好?几?多?[两兩二三四五六七八九十\d]?次|[两兩二三四五六七八九十\d]遍|很多遍)|客服(?:说|說|告诉|告訴|回复|回覆|让|讓|一直|总是|答应|承诺)|(?:第[二三四五六七八九]|[两三四五六七八])(?:次|遍)(?:投诉|联系|找|打|催|来)|一次次",
    r"\b(?:i|we)(?:'ve| have| had)? (?:already |also |repeatedly |previously |now )?(?:contacted|called|emailed|e-mailed|phoned|rung|rang|chatted with|spoke|spoken|messaged|complained|reported|written|wrote|raised|asked|told|chased)\b",
    r"\b(?:contacted|called|emailed|phoned|spoke (?:to|with)|complained to|messaged|wrote to) (?:you|your|customer|support|the (?:hotline|support|bank|helpline))|previous (?:complaint|e-?mail|message|call)|"
    r"(?:second|third|fourth|fifth|\d(?:nd|rd|th)) (?:time|complaint|e-?mail|message|call)\b|(?:customer service|support|agent|hotline|rep) (?:said|told|kept|promised|hung|says|keeps)|called \w{1,8} times",
)
