"""A gate at work: in a process of its own, or in this one. It knows nothing of plans and judgement."""
