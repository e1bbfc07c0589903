"""What customers write on a complaint that they have, and what the same words are in a first message."""

import pytest

from services.intake.understanding import on_known_complaint
from shared.contracts.vocabulary import MessageKind
from tests.builders.understood import on_a_complaint, parsed, understood

K = MessageKind

ON_A_COMPLAINT: dict[MessageKind, str] = {
    K.CHASER: """
        催一下，都三天了
        退款还没到账
        我都等了半个月了，你们到底处理不处理
        没人管吗？
        你好，请尽快给我回复，谢谢！
        麻煩跟進一下
        Its been 10 days now, this is ridiculous
        怎么还没人处理啊
        麻烦尽快处理，我急用钱
        到现在一点消息都没有
        能不能快点？
        还要等多久啊！
        加急处理可以吗
        都过了24小时了还没回复我
        再催一次，请给个答复
        一直没有人联系我
        你们为什么还不处理
        抓紧解决吧
        怎麼還沒有回覆
        請盡快處理，謝謝
        催促一下進度
        已經等了一個星期，沒有人理我
        還要等多久？
        麻煩快一點，急用
        Any news on this?
        I still haven't heard anything from you
        Still waiting for a reply
        It's been a week and nobody has contacted me
        Please hurry up, I need the money
        Chasing this again
        Why is nobody answering me?
        When will someone get back to me?
        Could you please speed this up?
        This is my third email and still no response
        Just following up on my complaint
        Please treat this as urgent
        Thanks, but I still haven't heard from anyone
        How much longer is this going to take?
    """,
    K.PROGRESS: """
        我的投诉处理得怎么样了？
        请问现在进度如何
        我想问下我的退款到哪了
        麻烦帮我看下处理情况
        Could you let me know the current status?
        查一下投诉进展
        现在是什么状态？
        处理到哪一步了
        有结果了吗？
        有进展吗
        解决了吗？
        什么时候能有结果
        請問進度如何？
        我的投訴處理到哪裡了
        有結果了嗎
        想查詢投訴狀態
        What is the status of my complaint?
        Where are we with this?
        How is my case going?
        Could you tell me how far along this is?
        Has a decision been made?
        What happens next?
        When can I expect an answer?
        Have you looked into it?
        How does it stand?
    """,
    K.MATERIAL: """
        截图见附件
        您要的银行流水我发给你了
        交易时间是11月19日晚上8点
        Screenshot attached
        I've uploaded the invoice
        这是付款截图
        补充一下交易编号：2026112000887766
        订单号 OK20261115093355
        材料已上传，请查收
        我的app版本是6.4.2
        資料已上傳
        附上收據
        這是轉帳憑證的截圖
        Attached is the bank statement
        Here is the transaction ID: TXN-8842017733
        As requested, the receipt is attached
        The transaction number is TXN-8842017733
        Please find the screenshot attached
        The screenshots are attached below
        You asked for a copy of my statement, sending it now
    """,
    K.APPEAL: """
        我不满意
        不满意这个结果
        不服，要求重新处理
        我要二次投诉
        这个结果我不接受
        申请复核
        凭什么驳回？
        你们的处理结果我完全不能接受！
        驳回的理由站不住脚，我要求复查
        這個處理結果很不公平
        I think you got this wrong and I want someone senior to review it
        我要上诉
        请重新审查
        处理结果不合理，要求领导重新查
        我不同意你们的决定
        不认可这个答复
        對處理結果不滿意
        我不接受這個決定，要求覆核
        我要上訴
        不服你們的裁定
        I want to appeal
        I am not satisfied with the outcome
        I disagree with your decision
        Please review the decision
        This is not acceptable, I want this looked at again
        Your decision is wrong, please reconsider
        I'd like a second opinion
        I'm not happy with this
        I do not accept your final response
        Why was my complaint rejected?
    """,
    K.WITHDRAWAL: """
        撤诉
        我要撤销投诉
        不投诉了
        算了，不用处理了
        取消这个投诉吧
        投诉可以撤回了
        我不追究了
        钱已经收到了，投诉可以取消了
        Could you please close my complaint?
        我想撤回投訴
        不用跟進了，取消投訴
        I'd like to withdraw my complaint
        Please cancel my complaint
        please close my case, I found the money
        I no longer wish to pursue this
        Drop the complaint
        I no longer want to complain
    """,
    K.THANKS: """
        谢谢
        好的，谢谢
        已经收到退款，谢谢！
        问题解决了，感谢
        收到
        好的
        知道了
        钱到账了，谢谢你们
        嗯嗯，明白了
        很感谢您的耐心帮助
        好的，我知道了，谢谢
        退款已到账，谢谢
        太感谢了！
        謝謝你們
        問題已經解決了，多謝
        Thanks!
        Thank you for your help
        Great, got my money back, thanks
        All sorted now, cheers
        ok
        Noted, thanks
        Thank you very much, it's resolved now
    """,
    K.SURVEY_ANSWER: """
        是 5
        是，5分
        否,3分,希望快一点
        没有解决
        已解决
        解决了，4分，建议客服更耐心
        1.是的 2.5分 3.没有建议
        已解决 5分 客服很耐心
        问题解决：是；态度：5；建议：无
        否，1分
        Solved: yes. Attitude: 4. Suggestion: quicker replies
        1. 是 2. 5 3. 无
        1、否 2、1分 3、没人回电话
        未解决，2星
        沒有解決
        是的，4分，希望能快一點
        1. yes 2. 4 3. faster please
        solved, 5/5
        Yes, 4 stars
        No, 1/5, nobody called me back
        not solved
        It's not resolved
        yes 5
        1) no 2) 2 3) answer the phone
        服务态度 4分
        It is fixed now
    """,
    K.FOLLOW_UP: """
        另外一笔也失败了
        请打我电话
        是不是已经撤销投诉了？
        能不能换一个客服跟我沟通
        5分钟前我又试了一次
        我没有截图
        2 payments failed
        1. I paid on Monday 2. it failed 3. I want it back
        1. yes I did pay 2. 4 pounds were missing
        Thanks. One more question: can I use another card?
        I don't have the receipt any more
        No. 2 on my list of payments
        是
        不是
        5
        是的，5月3日付款的
        是 5笔交易
        没有，5分钟前又扣了一次
        是 4/5 付款的
        有 3 次扣款
        是，2，共3笔交易
        不用了，谢谢，我自己看看
        请问我需要提供什么材料？
        谁取消了我的投诉？
        请不要撤销我的投诉
        我没有撤回投诉
        是我先生付的款
        no
        yes
        yes 3 of my payments failed
        No, 5 days ago I paid again
        I did not withdraw my complaint
        商家要求我撤销投诉
        如果退款到账，我就撤销投诉
        退款到账以后我会撤诉
        客服说不用处理了
        The seller asked me to withdraw my complaint
        Once I get the refund I will withdraw my complaint
        If I am not satisfied I will appeal
        Please don't close my case
        I want to speak to your manager
        Can I also add that the agent was rude
        Which documents do you need?
        The courier gave me a tracking code for the parcel
        I was purchasing a phone for my son
        It was the second payment, not the first
        謝謝，但是錢不見了
    """,
}
FIRST: dict[MessageKind, str] = {
    K.COMPLAINT: """
        我对你们的服务非常不满意
        不满意
        我要投诉商家取消订单不退款
        商家取消订单我要投诉
        你们的催收电话一直骚扰我
        账户被封，申诉了三次都被拒
        为什么取消我的投诉？
        客服的处理方式我不满意
        商家要求我撤销投诉才肯退款
        I want to cancel the case I ordered for my phone, the seller ignores me
        是 5 笔交易都失败了
        支付失败两次，5分钟前又扣了我一次
        對你們的服務很不滿意
        I am not satisfied with your service
        I was purchasing a phone and the payment failed
        The chaser light I bought was broken
        My payment of £20 failed yesterday. Is there any update on when it works again?
        I cancelled my order, please refund me
        Please refund my £20 payment. Thanks in advance
        I appeal to you to return my money
        Why did you close my complaint without an answer?
        Please reconsider the block on my account, I am unable to log in
        I bought a sofa weeks ago, have heard nothing but promises from the seller and no reply at all. He took £480 and I want it back.
        The parcel never came. I wrote to the seller, still no reply.
    """,
    K.APPEAL: """
        我不接受你们的处理结果，申请复核
        我要二次投诉
        对处理结果不满意
        I want to appeal your decision
    """,
    K.WITHDRAWAL: """
        我要撤销投诉
        撤诉
        I want to withdraw my complaint
    """,
    K.CHASER: """
        催一下，怎么还没处理
        Any news on this?
    """,
    K.PROGRESS: """
        我的投诉处理得怎么样了？
        What is the status of my complaint?
    """,
    K.THANKS: """
        谢谢，问题已经解决了
        Thank you for your help
    """,
    K.PRAISE: """
        客服很耐心，非常满意
        Great service, love the app
    """,
    K.SUGGESTION: """
        建议增加夜间模式
        Please add support for two cards
    """,
    K.ENQUIRY: """
        请问如何绑定银行卡？
        How do I raise my limit?
    """,
}


def rows(table: dict[MessageKind, str]) -> list[tuple[str, MessageKind]]:
    return [(line.strip(), kind) for kind, lines in table.items() for line in lines.splitlines() if line.strip()]


@pytest.mark.parametrize(("text", "kind"), rows(ON_A_COMPLAINT))
def test_on_a_known_complaint(text: str, kind: MessageKind):
    assert on_a_complaint(text).kind is kind


@pytest.mark.parametrize("text", ["好的", "谢谢", "here you are", ""])
def test_a_file_is_material_however_politely_it_comes(text: str):
    evidence = [{"name": "截图.png", "type": "image/png", "size": 9, "sha256": "0", "origin": "attachment:1"}]

    assert on_known_complaint(parsed(text, evidence=evidence), understood(text, evidence=evidence)).kind is MessageKind.MATERIAL


@pytest.mark.parametrize(("text", "kind"), rows(FIRST))
def test_in_a_first_message(text: str, kind: MessageKind):
    assert understood(text).kind is kind


@pytest.mark.parametrize(("text", "kind"), [row for row in rows(ON_A_COMPLAINT) if row[1] is not MessageKind.FOLLOW_UP])
def test_a_message_that_answers_ours_or_quotes_a_number_is_read_as_one_on_a_known_complaint(text: str, kind: MessageKind):
    assert understood(text, refers_to=("receipt-1",)).kind is kind
    assert understood(text, declared_numbers=("RD-QSFHQ-3GFSQ-8",)).kind is kind
