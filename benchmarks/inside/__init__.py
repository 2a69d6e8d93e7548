"""What runs in the processes that are measured: the tracker itself, set up as it is in a worker."""
