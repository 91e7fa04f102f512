"""The web chat's addresses, one file per concern."""
