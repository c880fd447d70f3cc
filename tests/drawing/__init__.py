"""Pictures of timelines, without a browser."""
