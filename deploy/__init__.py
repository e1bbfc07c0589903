"""How Redress is brought up: backing services, topology, the services as processes, and the command `redress`. No service imports it."""
