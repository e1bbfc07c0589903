"""Routing decides which team takes a complaint, how urgent it is, and when it moves up.

Consumes ComplaintRegistered, DeadlineMissed and EscalationRequested; emits ComplaintRouted and ComplaintEscalated.
"""
