"""What many complaints together say: incidents of one cause, and reports."""
