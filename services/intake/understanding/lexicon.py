"""Words that tell a category, in lower case: data, one line for each weight. An English entry matches where a word begins; `!` asks that it ends there too."""

from shared.contracts.vocabulary import Category

C = Category

_ZH: tuple[tuple[Category, float, str], ...] = (
    (C.ACCOUNT_SECURITY, 4, ("被盗 被盜 盗刷 盜刷 盗用 盜用 被黑 不是我本人 非本人 不是本人 不是我操作 不是我转 不是我付 异地登录 "
        "異地登入 陌生设备 诈骗 詐騙 被骗 被騙 钓鱼 釣魚 账户被冻结 账号被冻结 帐户被冻结 被冻结 被凍結 冻结了 凍結 被他人登录 泄露 "
        "洩露 解冻 解封 被封")),
    (C.ACCOUNT_SECURITY, 2, ("冻结 风控 風控 账户安全 帳戶安全 资金安全 安全问题 可疑 挂失 丢了手机 手机丢 冒充 假客服 限制使用 "
        "账户异常 存在风险 存在風險 账户受限 封号 没有授权 未授权 未經授權")),
    (C.FAILED_TRANSACTION, 4, ("没到账 没有到账 未到账 未到帳 沒到帳 沒有到帳 没到帐 支付失败 支付失敗 付款失败 付款失敗 转账失败 "
        "轉帳失敗 轉賬失敗 交易失败 交易失敗 充值失败 提现失败 扣款成功 钱扣了 錢扣了 扣了钱 扣了錢 已扣款 重复扣款 重複扣款 "
        "扣了两次 扣了兩次 扣款两次 多扣了一次 重复支付 一直处理中 显示处理中 未入账 未入帳 没入账 沒入帳")),
    (C.FAILED_TRANSACTION, 7, ("双扣 雙扣 双重扣 雙重扣 重复扣 重複扣 重复收费 重複收費 重复付款 重複付款 扣了两笔 扣了兩筆 扣了两遍 两次扣款 兩次扣款 "
        "多扣了一次 多扣了我一次 多扣一次 多扣一笔 多扣了一笔 多扣了一筆 多扣了我一笔")),
    (C.FAILED_TRANSACTION, 2, ("到账 到帳 扣款 转账 轉帳 轉賬 充值 提现 提現 支付 付款 收款 卡在 处理中 處理中 交易 对方没收到 "
        "对方没有收到 商家没收到 没收到款 失败 失敗 收不到钱")),
    (C.DISPUTE, 4, ("假货 假貨 货不对板 貨不對板 没发货 没有发货 不发货 不發貨 未发货 沒發貨 没收到货 没有收到货 沒收到貨 商家跑路 "
        "商家不认 卖家不认 与描述不符 描述不符 收到的是 仿冒 山寨 质量问题 空包 拒绝退货 虚假宣传 店铺关门 跑路 商家失联 商家拒绝 "
        "商家不肯 卖家拒绝 卖家不 倒闭 關門 关门 结业 結業 倒閉 爭議 拒絕受理")),
    (C.DISPUTE, 2, "商家 商户 商戶 卖家 賣家 店家 店铺 店鋪 纠纷 糾紛 争议 爭議 拒付 退货 退貨 收货 发货 發貨 货物 商品 订的 预订"),
    (C.REFUND, 4, ("退款没 退款未 退款一直 退款还 退款還 退款不到账 退款进度 退款申请 退款申請 没收到退款 退款了 没有收到退款 "
        "沒收到退款 不退款 不给退 不给退款 拒绝退款 退款被拒 退不了款 退款迟迟 退款到 退款至今 同意退款 退款退到 把退款")),
    (C.REFUND, 3, "取消订单 取消了订单 取消訂單 取消了訂單 订单取消 訂單取消 订单已取消 订单被取消 退订"),
    (C.REFUND, 2.5, "退款 退钱 退錢 退还 退還 退回 返还 退费"),
    (C.SERVICE_QUALITY, 4, ("客服态度 客服態度 态度差 態度差 态度恶劣 態度惡劣 服务态度 服務態度 挂断电话 掛斷 挂我电话 挂了我 没人接 "
        "没有人接 打不通 响应慢 回复慢 回覆慢 推诿 踢皮球 敷衍 不理人 没人理 没人回复 没有人回复 客服不 联系不上客服 找不到人工 "
        "转人工 转不到人工 机器人客服 机器人回复 骂人")),
    (C.SERVICE_QUALITY, 2, "客服 服务 服務 态度 態度 等了半天 热线 熱線 客服经理 工号 坐席 人工 排队 排隊 座席 专员"),
    (C.FEES, 4, ("手续费 手續費 隐形收费 隱形收費 隐藏收费 隱藏收費 隐藏费用 乱收费 亂收費 乱扣费 亂扣費 服务费 服務費 年费 管理费 "
        "月费 月費 自动续费 自動續費 自动扣费 自動扣費 收费 收費 扣费 扣費 多收 多扣 费率 費率")),
    (C.FEES, 2, "费用 費用 会员费 續費 续费 收取 收了我 扣了我"),
    (C.LOGIN, 4, ("登录不了 登不上 登不了 登不进 登不進 无法登录 無法登入 无法登入 不能登录 登录失败 登入失敗 登录不上 忘记密码 "
        "忘記密碼 密码错误 密碼錯誤 收不到验证码 收不到驗證碼 没收到验证码 沒收到驗證碼 验证码收不到 验证码没 重置密码 重設密碼 "
        "重置不了 找回密码 人脸识别 人臉識別 账号被锁 帳號被鎖 账户被锁 被锁定 被鎖定 登入逾時 换了手机号 换手机号 解锁")),
    (C.LOGIN, 2, "登录 登入 登陆 验证码 驗證碼 密码 密碼 指纹 面容 人脸 实名认证 双重认证 双重验证"),
    (C.TECHNICAL, 4, ("闪退 閃退 崩溃 崩潰 卡死 白屏 黑屏 打不开 打不開 加载不出来 加載不出 无法加载 无法打开 死机 卡顿 扫码没反应 "
        "扫不出 扫不了 扫码失败 系统错误 系统繁忙 系統繁忙 程序错误 解析失败 网络异常 無法開啟 更新后 更新後 不兼容 显示不出来 报错 "
        "点不动 没反应 没有反应 沒反應")),
    (C.TECHNICAL, 2, "bug 版本 升级 更新 扫码 掃碼 二维码 界面 加载 卡住 网络 手机型号 软件 系统 推送"),
    (C.CROSS_BORDER, 4, ("跨境 国际汇款 國際匯款 境外汇款 海外汇款 跨国 swift 外汇 电汇 電匯 汇率 匯率 汇往 往日本 往美国 境外 外币 "
        "外幣 中间行 国际转账 國際轉帳 收款行")),
    (C.CROSS_BORDER, 2, "国外 國外 海外 美元 日元 欧元 汇款 匯款 出国 留学"),
    (C.ENQUIRY, 3, ("请问 請問 想问 想問 咨询 諮詢 怎么设置 怎么开通 怎么提高 怎么修改 如何 怎么绑定 怎麼 怎样 限额是多少 "
        "需要什么材料 可以吗 可以嗎 想了解 怎么办理")),
    (C.ENQUIRY, 1, "怎么 是否 能否 多少 限额 限額 额度 額度 吗 嗎 什么时候"),
    (C.SUGGESTION, 4, ("建议 建議 希望能增加 希望增加 希望能加 希望可以 意见反馈 提个意见 要是能 希望推出 希望支持 新增功能 "
        "能不能增加 能不能加 加个功能 增加一个 增設 增设")),
    (C.SUGGESTION, 1.5, "改进 改進 优化 功能 希望"),
)  # fmt: skip

_EN: tuple[tuple[Category, float, str], ...] = (
    (C.ACCOUNT_SECURITY, 4, ("hacked|unauthori|did not authori|didn't authori|not authori|didn't make this|did not make this|didn't "
        "make th|don't recogni|do not recogni|not recogni|didn't recogni|stolen|stole my|compromised|phishing|scam|fraud|identity "
        "theft|someone else|somebody else|lost my card|lost card|lost or stolen|lost my phone|lost phone|account frozen|account was "
        "frozen|account is frozen|frozen|freeze|suspended|account is blocked|account blocked|account was blocked|account has been "
        "blocked|account is restricted|took over|phished|phish|got into my|into a fake|block my account|without my permission"
        "|without my knowledge|without my consent|never made|not made by me|wasn't me|not me|i did not make|i didn't do")),
    (C.ACCOUNT_SECURITY, 2.5, ("lost|suspicious|security|safe|sim swap|strange|unknown device|restricted|someone|verify my identity"
        "|identity verif|prove my identity|proof of identity|source of|missing card|card was stolen|unfreeze|unblock")),
    (C.FAILED_TRANSACTION, 4, ("transaction failed|payment failed|transfer failed|top up failed|top up fail|failed transaction|failed "
        "payment|failed transfer|payment declined|declined|transfer declined|was declined|pending|not credited|never credited|hasn't "
        "been credited|not been credited|charged multiple|duplicate charge|duplicate "
        "payment|went through twice|money was deducted|was deducted|were deducted|money was taken|debited but"
        "|deducted but|not received the money|did not receive the money|hasn't arrived|not arrived|has not arrived|never arrived"
        "|didn't arrive|didn't go through|did not go through|not go through|hasn't gone through|not gone through|not yet arrived|not "
        "showing up|not show up|isn't showing|doesn't show|hasn't shown|haven't received the|wrong amount|balance not updated"
        "|balance hasn't|balance has not|balance didn't|balance did not|reverted|cancelled my|was cancelled|got cancelled|cash "
        "withdrawal|not complete|could not be completed|reversed|rejected|stuck|unsuccessful")),
    (C.FAILED_TRANSACTION, 7, ("charged twice|charged me twice|charged two times|charged 2 times|billed twice|double charge|double bill|double "
        "deduct|deducted twice|debited twice|taken twice|paid twice by mistake")),
    (C.FAILED_TRANSACTION, 2, ("failed|fail|transaction|transfer|top up|topup|topped up|top ups|deposit|cheque|payment|withdraw|cash"
        "|atm|money|beneficiary|recipient|balance|direct debit|receive|went through|go through|show up|showing|money back from|deduct"
        "|debited")),
    (C.DISPUTE, 4, ("not as described|counterfeit|fake|never shipped|not shipped|never delivered|not delivered|wasn't delivered|never "
        "received the item|item not received|goods not|merchant refuses|merchant refused|seller refuses|seller refused|seller won't"
        "|merchant won't|seller ignores|dispute|chargeback|defective|damaged|wrong item|out of business|went bust|closed down|knock "
        "off|knockoff|seller has vanished|seller disappeared|broken when")),
    (C.DISPUTE, 2, "merchant|seller|order|shop|delivered|delivery of|parcel|goods|item|product|store"),
    (C.REFUND, 4, "refund|money back|reimburse|get my money|returned the|return my money"),
    (C.REFUND, 6, ("cancelled my order|canceled my order|cancelled the order|canceled the order|cancelled an order|cancelled my booking"
        "|canceled my booking|cancelled the booking|canceled the booking|cancelled my purchase|order was cancelled|order was canceled"
        "|booking was cancelled|booking was canceled|order got cancelled")),
    (C.REFUND, 2, "cancel a|return|cancel the|cancel my|give me back|undo|reverse"),
    (C.SERVICE_QUALITY, 4, ("rude|customer service|bad service|poor service|terrible service|awful service|hung up|no reply|no "
        "response|no answer|never replied|nobody replied|nobody answers|nobody answer|no one answers|no one replied|slow response"
        "|unhelpful|on hold|ignored|the agent|your agent|attitude|chatbot|bot keeps|bot loop|passed around|unprofessional|condescending")),
    (C.SERVICE_QUALITY, 2, ("service|agent|support|representative|hold music|waiting for a reply|staff|manager|hotline|callback|call "
        "centre|call center")),
    (C.FEES, 4, ("fee|charge for|charges for|hidden charge|extra charge|additional charge|surcharge|commission|extra pound|extra "
        "dollar|extra 1|cost of|charged extra|charged a|charged for|been charged|charged me|was charged|i charged|overcharg"
        "|subscription|cost to|cost me|costs|auto renew|being charged|there a charge|there charge|any charge|unexpected charge|1 "
        "charge|pound charge|£1!|charged £|service charge")),
    (C.FEES, 1.5, "charge|cost|pricing|billed|price|paid extra|statement"),
    (C.LOGIN, 4, ("log in|login|log into|logging in|logged out|locked out|sign in|forgot my pass|forgot pass|forgot the pass"
        "|forgotten my pass|forgot my pin|reset my pass|password reset|reset pass|reset the pass|wrong password|password|passcode"
        "|passcode reset|code never came|no code|code never|sms code|two factor|2fa|authenticat|account locked|account is locked"
        "|can't access|cannot access|can't get into|get into my account|unlock|pin|biometric|face id|selfie")),
    (C.LOGIN, 1.5, "access|verify|verification|code|attempts|block"),
    (C.TECHNICAL, 4, ("crash|freezes|bug|glitch|app won't|app doesn't|app does not|not working|doesn't work|does not work|won't load"
        "|not load|isn't working|stopped working|won't open|error message|qr code|scan|blank screen|black screen|white screen|after "
        "the update|after update|since the update|latest update|app update|contactless|won't let me|chip|app keeps|app is slow"
        "|notification|unresponsive|spinning|link my card|link a card|add my card|linking|apple pay|google pay|virtual card not"
        "|swallowed|ate my card|atm ate|card stuck")),
    (C.TECHNICAL, 2, ("app|update|version|error|screen|android|iphone|phone|device|work|load|activate|isn't|broken|fix|technical"
        "|google|apple|watch")),
    (C.CROSS_BORDER, 4, ("exchange rate|exchange|international transfer|foreign currency|foreign currenc|currenc|swift|overseas|abroad"
        "|cross border|international|iban|intermediary bank|correspondent bank|conversion|foreign|wire to|rate for|exchanging")),
    (C.CROSS_BORDER, 2, ("remittance|wire|usd|euros|eur|gbp|in another country|country|countries|rate|europe|aud|travel|holiday|russia"
        "|us to uk|from china|to china")),
    (C.ENQUIRY, 2.5, ("how do i|how can i|how to|how long|how much|how many|what is the|what are the|where can|where do|can i|is it "
        "possible|do you|could you tell|would like to know|wondering|which|are there|is there a|what do i|am i able|tell me|i want "
        "to know|may i|when will|what kind|explain|what happens|who can|how old|what's the|can you tell|do i need")),
    (C.ENQUIRY, 1, ("how|what|when|where|limit|i would like|information|minimum|maximum|age|supported|accept|order|available|deliver"
        "|child|open an account|daughter|son|second card|another card|new card|get a card|spare|extra card|physical card|disposable"
        "|virtual card|visa or mastercard|visa|mastercard|card be|cards accepted|edit|change my|personal details|address|update my "
        "details|atms")),
    (C.SUGGESTION, 4, ("suggest|suggestion|feature request|would be great if|would be nice|would be helpful|would be good|would be "
        "lovely|would love to see|please add|could you add|consider adding|please consider|an idea|my idea|wish the app|wish you"
        "|wish there|improve|improvement|it would help")),
    (C.SUGGESTION, 1.5, "feature|feedback|option to|dark mode|redesign"),
)  # fmt: skip

HAN = tuple((word, category, weight) for category, weight, words in _ZH for word in words.split())
ENGLISH = tuple((word, category, weight) for category, weight, words in _EN for word in words.split("|"))
