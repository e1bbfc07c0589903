"""The watchdog holds the clocks of every complaint and tells when a deadline approaches and when it is missed.

Consumes ComplaintRegistered, ComplaintRouted, ComplaintMoved, CustomerAnswered, ComplaintResolved, DeadlineExtended;
emits DeadlineApproaching and DeadlineMissed.
"""
