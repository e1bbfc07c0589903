"""The services of Redress. Each is five files: app, handlers (read first), rules, store, settings. None imports another.

intake         inbound messages → complaints, follow-ups, refusals
routing        complaints, missed deadlines and requests for somebody higher → teams, priorities, escalations
casework       complaints and people's commands → their life: who works on it, replies, requests for material, outcomes
sla_watchdog   complaints, answers and time → deadlines approaching and missed
notification   all of these → receipts, answers and notices, and their delivery
"""
