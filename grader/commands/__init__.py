"""One module a command of the command line; what commands share is in `common`."""
