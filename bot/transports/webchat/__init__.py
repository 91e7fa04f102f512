"""The web chat: an embedded mini Bot API, the aiogram session that speaks to it, and the page people use."""
