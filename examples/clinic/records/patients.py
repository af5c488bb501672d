"""What only @acme/privacy changes."""
