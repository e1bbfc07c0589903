"""What runs inside containers of docker-compose.yml beside the services."""
