"""Resources of a cloud, as Terraform and CloudFormation declare them: one law, and a reader for each way to write."""
