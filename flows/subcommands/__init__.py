"""The subcommands of `segue`, one module a family; flows/cli.py registers them."""
