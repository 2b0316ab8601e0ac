"""The words of the `hotline` command, each in the module of its name."""
