"""Publishing, workflows and venues, proved by running them."""
