"""Intake takes every inbound message, keeps its bytes sealed, understands it, and registers a complaint or links a follow-up.

Consumes the seven inbound contracts and CustomerErased; emits ComplaintRegistered, FollowUpReceived and InboundRefused. Customers' words
stay here.
"""
