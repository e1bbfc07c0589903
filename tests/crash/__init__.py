"""Services that die at one exact place. Start scripts of tests; nothing of them is in the product."""
