"""Notification tells customers and teams what they must hear, each thing once, on the right channel and in the right language.

Consumes ComplaintRegistered, FollowUpReceived, InboundRefused, CustomerAnswered, MaterialRequested, DeadlineExtended, ComplaintMoved,
ComplaintResolved, AppealOpened, AppealDecided, SurveyAnswered, PriorityRaised, DeadlineApproaching, ComplaintEscalated, IncidentProposed,
IncidentTold, VerificationCodeIssued, CustomerErased and the adapters' DeliveryReported; emits OutboundNotice, TeamNotice
and LetterReported.
It sends e-mail itself, over SMTP.
"""
