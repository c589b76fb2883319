"""`python -m flows`: the command line, also where `segue` is not installed."""

from flows.cli import main

if __name__ == "__main__":
    main()
