"""One module a format: `render(report) -> text`, all from the same Report."""
