"""How updates come in and messages go out: Telegram, and the web chat that agencies run in their own network."""
