"""What casework's rules look up: TOML files that an organisation writes, and the types that check them."""
