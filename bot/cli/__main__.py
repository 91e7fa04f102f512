"""`python -m bot.cli` is `zhilu`."""

from bot.cli import main

main()
