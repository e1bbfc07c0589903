"""What a customer of the wallet goes through, line by line of what the product promises: S1 to S19, each a journey of its own."""
