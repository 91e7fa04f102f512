"""A small, strict, persistent Bot API: JSON in, JSON out. Knows nothing of aiogram or of the page.

Shapes follow the Bot API 10.1, https://core.telegram.org/bots/api; what is not served is refused, never ignored.
"""

from bot.transports.webchat.botapi.api import MiniBotApi
from bot.transports.webchat.botapi.errors import ApiError
from bot.transports.webchat.botapi.files import FileClaim, Limits, Upload

__all__ = ["ApiError", "FileClaim", "Limits", "MiniBotApi", "Upload"]
