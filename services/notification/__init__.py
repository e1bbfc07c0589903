"""Notification tells customers and teams what they must hear, each thing once, on the right channel and in the right language.

Consumes ComplaintRegistered, FollowUpReceived, InboundRefused, CustomerAnswered, MaterialRequested, DeadlineExtended, ComplaintMoved,
ComplaintResolved, DeadlineApproaching, ComplaintEscalated, IncidentProposed, IncidentTold and the adapters' DeliveryReported; emits
OutboundNotice and TeamNotice.
It sends e-mail itself, over SMTP.
"""
