"""The `waveloom` command."""

import sys

from waveloom.errors import InputError


def main() -> None:
    """Run the command; a user's mistake is told in one sentence, with exit code 1."""
    from waveloom.commands import app

    try:
        app(prog_name="waveloom")
    except InputError as error:
        print(f"waveloom: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
