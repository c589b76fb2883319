"""`python -m flows`: the command line, also if the `segue` command is not installed."""

from flows.cli import main

if __name__ == "__main__":
    main()
