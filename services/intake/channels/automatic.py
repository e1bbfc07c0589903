"""Which mail was written by a machine: answering it would start a loop, registering it would be noise."""

import re

from flufl.bounce import all_failures

from services.intake.channels.email_headers import MessageOf, raw_header, text_header
from shared.contracts.vocabulary import MessageKind

_FEEDBACK = re.compile(
    r"(?:abuse|spam|complaint|feedback|arf)[ -]{0,2}(?:report|loop|notification)|\[?complaint about (?:message|email)|email feedback "
    r"report",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|undelivrable|non remis|mail delivery (?:failed|failure|error|system|status|problem|report)|delivery (?:status "
    r")?(?:notification|failure|problem|failed|report|status|has failed)"
    r"|returned (?:mail|e-?mail|to sender)|failure notice|(?:mail|message|delivery) (?:system )?error|could ?n(?:o|')t be delivered"
    r"|not delivered|nondeliver|non-deliver|unzustellbar|rejected (?:mail|posting)"
    r"|mail (?:could not be|not) (?:delivered|sent)|message (?:could not|not|was not|cannot)|email (?:could not|rejected)|warning: "
    r"(?:message|could not)|delayed mail|delivery delay|user unknown|permanent error"
    r"|退信|系统退信|邮件退回|退件|无法投递|投递失败|無法傳遞|无法送达|傳送失敗|配信不能|DELIVERY FAILURE|rejected|failed delivery"
    r"|unable to deliver|returned to|not deliverable|bounce",
    re.IGNORECASE,
)
_CERTAIN_SUBJECT = re.compile(
    r"^[\s\[【(*]{0,4}(?:undeliverable|undelivered|mail delivery (?:failed|failure|error|system)|delivery status notification"
    r"|returned mail|failure notice|mail system error|系统退信|退信通知|邮件退回)",
    re.IGNORECASE,
)
_DAEMON = re.compile(
    r"mailer-?daemon|postmaster@|mail ?delivery (?:subsystem|system|service)|bounces?@|<mdaemon|mail administrator|maildelivery",
    re.IGNORECASE,
)
_BOUNCE_BODY = re.compile(
    r"(?:could not|couldn't|cannot|can't|was not|unable to|not) be delivered|unable to deliver|delivery (?:to the following|has failed"
    r"|failed)|undeliver|permanent (?:fatal )?errors?|550[ -]\d?|5\.\d\.\d{1,3}\b"
    r"|user unknown|mailbox (?:unavailable|full|not found)|no such user|recipient address rejected|returned to (?:you|sender)|退信"
    r"|无法投递|投递失败|收件人",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^[\s\[【(]{0,4}(?:auto(?:matic)?[ -]?(?:reply|response|antwort|acknowledg|matische antwort)|automat\w{0,8} (?:reply|response"
    r"|answer|antwort)|auto(?:reply|responder|:)|out of (?:the )?office|abwesen"
    r"|自动回复|自動回覆|自动回覆|自动答复|自动应答|réponse automatique|respuesta automática|risposta automatica|vacation|away from"
    r"|自動返信|i am away|absence)",
    re.IGNORECASE,
)
BODY_LOOKED_AT = 4000
REPORTS = {
    "delivery-status": MessageKind.BOUNCE,
    "feedback-report": MessageKind.FEEDBACK_REPORT,
    "disposition-notification": MessageKind.AUTOMATIC,
}


def declared_kind(mail: MessageOf, subject: str, body: str) -> MessageKind | None:
    """What transport and form say, the most specific first. `Auto-Submitted: no` says nothing."""
    if _is_feedback(mail, subject):
        return MessageKind.FEEDBACK_REPORT
    if _is_bounce(mail, subject, body):
        return MessageKind.BOUNCE
    if _is_automatic(mail, subject):
        return MessageKind.AUTOMATIC
    return MessageKind.NEWSLETTER if _is_newsletter(mail) else None


def _report(mail: MessageOf) -> MessageKind | None:
    if mail.get_content_type() != "multipart/report":
        return None
    declared = mail.get_param("report-type")
    return REPORTS.get(str(declared).lower()) if declared else MessageKind.BOUNCE


def _has_part(mail: MessageOf, *types: str) -> bool:
    payload = mail.get_payload()
    return isinstance(payload, list) and any(not isinstance(part, str) and part.get_content_type() in types for part in payload[:20])


def _is_feedback(mail: MessageOf, subject: str) -> bool:
    if _report(mail) is MessageKind.FEEDBACK_REPORT or _has_part(mail, "message/feedback-report"):
        return True
    return bool(raw_header(mail, "X-HmXmrOriginalRecipient")) or (bool(_FEEDBACK.search(subject)) and _has_part(mail, "message/rfc822"))


def _is_bounce(mail: MessageOf, subject: str, body: str) -> bool:
    if _report(mail) is MessageKind.BOUNCE or _has_part(mail, "message/delivery-status", "message/global-delivery-status"):
        return True
    if raw_header(mail, "X-Failed-Recipients"):
        return True
    if _AUTOMATIC_SUBJECT.search(subject):
        return False
    by_machine = _has_empty_return_path(mail) or bool(_DAEMON.search(text_header(mail, "From")))
    in_subject = bool(_BOUNCE_SUBJECT.search(subject))
    if by_machine and (in_subject or _BOUNCE_BODY.search(body[:BODY_LOOKED_AT])):
        return True
    return bool(_CERTAIN_SUBJECT.search(subject)) or ((by_machine or in_subject) and _names_failures(mail))


def _names_failures(mail: MessageOf) -> bool:
    try:
        return bool(all_failures(mail))
    except Exception:  # noqa: BLE001 - its detectors trip over broken mail in many ways; then it names nobody
        return False


def _has_empty_return_path(mail: MessageOf) -> bool:
    return any(field.lower() == "return-path" and str(value).strip() in {"<>", ""} for field, value in mail.raw_items())


def _is_automatic(mail: MessageOf, subject: str) -> bool:
    submitted = raw_header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted not in {"", "no"} or _report(mail) is MessageKind.AUTOMATIC:
        return True
    if any(raw_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Autogenerated")):
        return True
    if raw_header(mail, "X-Auto-Response-Suppress").lower() not in {"", "none"} or raw_header(mail, "Precedence").lower() == "auto_reply":
        return True
    return bool(_AUTOMATIC_SUBJECT.search(subject)) or (_has_empty_return_path(mail) and not raw_header(mail, "References"))


def _is_newsletter(mail: MessageOf) -> bool:
    if raw_header(mail, "Precedence").lower() in {"bulk", "list", "junk"}:
        return True
    return bool(raw_header(mail, "List-Unsubscribe") or raw_header(mail, "List-Id"))
