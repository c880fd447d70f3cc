"""`python -m grader`, and the command `grader`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from grader.cli import cli

    cli(prog_name="grader")


if __name__ == "__main__":
    main()
