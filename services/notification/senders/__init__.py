"""How a notice leaves the system. Each sender has its own queue, concurrency and time limit."""
