"""Readers of files that say what runs and where, for every gate that judges them; none of them judges.

Terraform (HCL, JSON and plans), CloudFormation, manifests of Kubernetes, Dockerfiles, workflows of GitHub Actions. What
a file leaves open, such as a variable, is `values.Unknown`.
"""
