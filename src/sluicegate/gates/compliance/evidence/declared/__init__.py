"""What files of the repository declare: resources of a cloud, workloads, images, workflows."""
