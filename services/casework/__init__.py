"""Casework holds a complaint's life after routing: who works on it, what they ask for, decide and undo.

Consumes ComplaintRegistered, ComplaintRouted, ComplaintEscalated, FollowUpReceived, PriorityRaised, DeadlineMissed, ComplaintsLinked,
its own SimilarComplaint, IncidentTold and IncidentPartlyTold, people's commands, and from the wallet LedgerAnswered, RemedyReported and
AccountActionReported; emits ComplaintMoved, CustomerAnswered, MaterialRequested, EscalationRequested, DeadlineExtended,
ComplaintResolved, AppealOpened, AppealDecided, ReferralOpened, ReferralAnswered, RemedyMoved, SurveyAnswered, VerificationCodeIssued,
ComplaintsLinked, SimilarComplaint, IncidentProposed, IncidentTold, IncidentPartlyTold, CustomerErased, and to the wallet LookUpLedger,
ExecuteRemedy and ExecuteAccountAction.
"""
