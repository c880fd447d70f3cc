"""Pictures of timelines for browsers: what the HTML report and the live page have in common."""
