"""Casework holds a complaint's life after routing: who works on it, what they ask for, decide and undo.

Consumes ComplaintRegistered, ComplaintRouted, ComplaintEscalated, FollowUpReceived, ComplaintsLinked and people's commands;
emits ComplaintMoved, CustomerAnswered, MaterialRequested, EscalationRequested, DeadlineExtended, ComplaintResolved, ComplaintsLinked.
"""
