"""The phrases behind the signals, in lower case, simplified and traditional: data, extend freely.

Divided by `|`. An entry in Latin letters counts where a word begins; with `!` at its end it must end there too.
"""

OUTCOMES = {
    "refund": "退款|退钱|退錢|send it back|send back|退还|退還|退回|返还|返還|退给|退給|退费|退汇|退匯|原路|refund|money back|reimburs|return my|return the "
        "money|credited back|pay me back",
    "explanation": "解释|解釋|说明|說明|说法|說法|查清|查明|核实|核實|调查|調查|答复|答覆|查一下|查一查|回复|回覆|回電|交代|原因"
        "|explain|explanation|investigat|look into|reason why|why|clarif|trace it|trace my|trace the|answer|confirm",
    "unblock": "解冻|解凍|解封|解除|恢复|恢復|解锁|解鎖|unblock|unfreeze|unlock|reactivat|restor|reinstat|lift the",
    "compensation": "赔偿|賠償|补偿|補償|赔付|賠付|赔我|賠我|compensat",
    "apology": "道歉|赔礼|apology!|apologi|apologise!",
    "complete_transaction": "到账|到帳|入账|入帳|补上|更正|重新汇|重新匯|重新转|重发|重新发起|重新充值|处理完|credit it|credited to|credit my|credit the|complete "
        "the|release the|release my|process the|process my|resend|send it again",
    "cancel": "取消|撤销|撤銷|注销|註銷|解绑|免除|减免|cancel|close my|close the|reverse|waive|stop the|block my|block it",
    "fix": "修复|修復|解决|解決|修好|处理|處理|改进|改善|fix|solve!|resolve!|sort this|sort it|repair|help!",
}  # fmt: skip
ASKING = (
    "要求|希望|请|請|想|申请|申請|麻烦|麻煩|尽快|盡快|尽早|马上|立即|立刻|赶紧|给我|給我|帮我|幫我|必须|必須|需要|要|应该|應該|能不能"
    "|能否|可以|可否|不行就|诉求|訴求|强烈|还我|還我|把|"
    "want|please|pls!|plz!|would like|i'd like|demand|request|need|asking|ask for|expect|hope|can i|can you|could you|give|kindly"
    "|looking for|must|should|insist|entitled"
)
UNASKED = {
    "refund": "退我|还我钱|還我錢|把钱还|refund me|refund my|refund the|refund it|refund this|refund us|money back|pay me back",
    "compensation": "赔我|賠我",
    "unblock": "unfreeze my|unblock my|unlock my|reactivate my",
    "cancel": "block my account|cancel my",
}

THREATS = {
    "regulator": "银保监|銀保監|金融监管|金融監管|监管|監管|人民银行|央行|12378|12315|12345|12363|消协|消费者协会|消費者委員會"
        "|消費者委員會|消費者委员会|消委|工商局|市场监管|金管局|ombudsman|cfpb!|fca!|rbi!|regulator|trading standards|hkma!|bbb!"
        "|consumer protection|consumer council|consumer affairs|financial authority|central bank",
    "police": "报警|報警|公安|派出所|报案|報案|经侦|警察|police!|action fraud",
    "media": "曝光|媒体|媒體|记者|記者|电视台|電視台|热搜|发微博|發微博|发到微博|发到网上|小红书|抖音|315晚会|media!|newspaper"
        "|journalist|go public|going public|the press!|on twitter|on tiktok|on reddit|on social media",
    "lawyer": "律师|律師|起诉|起訴|法院|诉讼|訴訟|法律途径|法律途徑|法律手段|仲裁|lawyer|sue!|suing|legal action|legal advice|legal "
        "proceedings|small claims|court!|attorney|solicitor|arbitration",
    "self_harm": "自杀|自殺|不想活|跳楼|跳樓|轻生|輕生|活不下去|死给你|了结自己|结束生命|结束自己|suicid|kill myself|killing myself"
        "|end my life|ending my life|end it all|hurt myself|harm myself|want to die|no reason to live",
    "violence": "砍死|砍人|杀了你|殺了你|弄死|打死|炸了|炸掉|放火|烧了你|同归于尽|拿刀|砸了你|kill you|shoot you|stab|beat you|hurt "
        "you|hurt someone|kill someone|kill them|burn down|burn your|bomb!|know where you",
}  # fmt: skip

VULNERABILITIES = {
    "elderly": "老人|老年|七十多|七十岁|八十|年纪大|年紀大|elderly|pensioner|my grandmother|my grandfather|养老钱|養老錢|七十|养老钱"
        "|養老錢|七十三|七十二|七十五|六十多|retired!|years old mother|aged 7|aged 8",
    "illness": "住院|重病|癌症|患癌|化疗|化療|手术|手術|救命|看病|治病|医药费|醫藥費|抑郁|抑鬱|透析|cancer|hospital|surgery|dialysis"
        "|depressed|depression|mental health|seriously ill|medication|medicine",
    "disability": "残疾|殘疾|视障|視障|盲人|听障|聋人|聋哑|聾人|失明|轮椅|disabled|disability|i am blind|i'm blind|deaf!|wheelchair"
        "|screen reader|hard of hearing|visually impaired",
    "bereavement": "去世|过世|過世|遗产|遺產|亡故|passed away|bereave|deceased|widow|funeral|my late husband|my late wife|my late "
        "father|my late mother",
    "hardship": "失业|失業|低保|没钱吃饭|没钱交|吃不上饭|房租|交不起|生活费|生活費|学费|學費|工资都|揭不开锅|lost my job|can't afford"
        "|cannot afford|can't pay|cannot pay|my rent!|pay rent|the rent!|evict|unemployed|single mother|single mom|single parent"
        "|financial hardship|feed my",
    "minor": "未成年|孩子才|儿子才|女儿才|熊孩子|小孩充值|小孩打赏|underage|under age|a minor!|my year old",
    "pregnancy": "怀孕|懷孕|孕妇|孕婦|pregnan",
}  # fmt: skip

CONTACT_HINTS = (
    "打|拨|投诉|投訴|反映|反馈|反饋|联系|聯|咨询|催|致电|留言|邮件|客服|次|遍|问了|问过|问過|找了|找过|找過|contacted|called|emailed|e-mailed|phoned|rung|rang|chatted|spoke|messaged|dmed|dm'd"
    "|complained|reported|wrote|written|raised|asked|told|chased|previous | time|complaint|mail|message|call|dm|chat|ticket|customer service|support|agent|hotline|rep "
)
"""One of them is in every mention of an earlier contact."""
EARLIER_CONTACT_ZH = (
    "(?:打|拨)(?:了|过|過|咗)[^。，,\n]{0,10}(?:电话|電話|热线|熱線|客服|次)"
    "|(?:已经?|已經|之前|前面|上次|昨天|前天|多次|反复|几次|一直|三次|两次)[^。，,\n]{0,8}(?:投诉|投訴|反映|反馈|反饋|联系|聯繫|聯絡"
    "|咨询|催|问过|找过|致电|留言|发(?:了|过)邮件)"
    "|(?:联系|聯繫|聯絡|投诉|投訴|反馈|反饋|催|问|找|打)(?:了|过|過)[^。，,\n]{0,8}(?:客服|你们|你們|电话"
    "|[好几多两兩二三四五六七八九十\\d]{1,3}(?:次|遍|通|回))"
    "|客服(?:说|說|告诉|告訴|回复|回覆|让|讓|一直|总是|答应|承诺)|(?:第[二三四五六七八九]|[两三四五六七八])(?:次|遍)(?:投诉|联系|找"
    "|打|催|来)|一次次|(?:打|拨)[^。，,\n]{0,8}(?:没人接|沒人接|打不通|占线)"
)
EARLIER_CONTACT_EN = (
    "(?:i|we)(?:'ve| have| had)? (?:already |also |repeatedly |previously |now )?(?:contacted|called|emailed|e-mailed|phoned|rung"
    "|rang|chatted with|spoke|spoken|messaged|dmed|dm'd|complained|reported|written|wrote"
    "|raised|asked|told|chased)(?![a-z])|(?:contacted|called|emailed|phoned|messaged|dmed) (?:you|your|customer|support|the "
    "(?:hotline|support|bank|helpline)|\\w{1,8} times)|(?:spoke|spoken) (?:to|with)|complained to|wrote to"
    "|previous (?:complaint|e-?mail|message|call|dm)|(?:second|third|fourth|fifth|[2-9](?:nd|rd|th)) (?:time|complaint|e-?mail"
    "|message|call|dm)(?![a-z])"
    "|(?:[2-9]|two|three|four|five|six|several|many|multiple|countless) (?:e-?mails|calls|messages|dms|chats)|(?:customer service"
    "|support|agent|hotline|rep) (?:said|told|kept|promised|hung|says|keeps)|(?<!error )(?:e-?mails?|calls?|messages?|dms?|tickets?) (?:to you "
    "|sent )?(?:and |unanswered|ignored|later)"
)
