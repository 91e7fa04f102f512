"""Errors carry a code and parameters, never a text a person reads; `bot.views` turns codes into sentences."""

from __future__ import annotations


class ZhiluError(Exception):
    """A refusal or fault the application expects.

    `code` is `area.fault` in lower case (`upload.too_large`); `params` hold plain JSON values that the
    translated sentence may show. The cause, if any, is chained and goes to the log only.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        shown = ", ".join(f"{name}={value!r}" for name, value in params.items())
        super().__init__(f"{code}({shown})")


class InvalidInput(ZhiluError):
    """What the person sent cannot be used; state is unchanged."""


class Denied(ZhiluError):
    """The person has no right to do this; state is unchanged."""


class Stale(ZhiluError):
    """What the person acted on has changed meanwhile (old button, other officer's answer)."""


class Missing(ZhiluError):
    """The named thing does not exist (or may not be known to exist by this person)."""


class Unavailable(ZhiluError):
    """A part this needs (model, font, disk space, network) is not there now."""
