"""Routing decides which team takes a complaint, how urgent it is, and when it moves up.

Consumes ComplaintRegistered, FollowUpReceived, DeadlineMissed, EscalationRequested and CustomerErased;
emits ComplaintRouted, ComplaintEscalated and PriorityRaised.
"""
