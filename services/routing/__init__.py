"""Routing decides which team takes a complaint, how urgent it is, and when it moves up.

Consumes ComplaintRegistered and DeadlineMissed; emits ComplaintRouted and ComplaintEscalated.
"""
