"""What every service of Redress stands on: contracts, the one write path, clock, sealing, wiring. No business rule lives here."""
