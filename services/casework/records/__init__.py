"""The parts of a life: what was asked, found, promised, appealed, and who is who."""
