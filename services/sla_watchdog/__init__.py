"""The watchdog holds the clocks of every complaint and tells when a deadline approaches and when it is missed.

Consumes ComplaintRegistered, ComplaintRouted, ComplaintMoved, CustomerAnswered, MaterialRequested, ComplaintResolved, LetterReported,
DeadlineExtended, AppealOpened, AppealDecided, ReferralOpened, ReferralAnswered, RemedyMoved, CustomerErased;
emits DeadlineApproaching and DeadlineMissed.
"""
