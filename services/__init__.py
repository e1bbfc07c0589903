"""The services of Redress. Each is five files: app, handlers (read first), rules, store, settings. None imports another.

intake         inbound messages → complaints, follow-ups, refusals
routing        complaints and missed deadlines → teams, priorities, escalations
sla_watchdog   complaints, answers and time → deadlines approaching and missed
notification   all of these → receipts, answers and notices, and their delivery
"""
