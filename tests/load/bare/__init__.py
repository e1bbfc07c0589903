"""The equal-work pipeline: aio-pika and Motor by hand, the product's queues, documents, events
and pure functions, and none of its runtime.

`python -m tests.load.bare HOP` runs one of five processes. Redelivery, failure, pausing, metrics and logs are what it does without.
"""
