"""`sluicegate performance`: the commands of the performance gate."""
