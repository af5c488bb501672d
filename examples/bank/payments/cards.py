"""What only @acme/payments changes."""
