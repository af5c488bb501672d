"""Manifests of Kubernetes: what a workload may do to the machine that it runs on, and what a role allows."""
