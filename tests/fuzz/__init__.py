"""`make fuzz`: mutated samples against everything that reads what strangers send. See docs/testing.md."""
