"""Telegram, for agencies that have decided to use it."""
