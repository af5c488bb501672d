"""What a Run shows of each framework, for people, auditors and other tools: pure functions of the Run and its packs."""
