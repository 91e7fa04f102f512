"""Every text of the page. The browser gets them as one JSON dictionary in the person's language."""

from __future__ import annotations

from collections.abc import Mapping

from bot.i18n import Translator


def _(message: str) -> str:
    """Marks a text for translation."""
    return message


PAGE_TEXTS: Mapping[str, str] = {
    "app": _("Zhilu"),
    "log": _("Messages"),
    "composer": _("Write a message"),
    "placeholder": _("Message"),
    "send": _("Send"),
    "attach": _("Attach"),
    "commands": _("Commands"),
    "menu": _("More"),
    "close": _("Close"),
    "back": _("Back to the chat"),
    "cancel": _("Cancel"),
    "ok": _("OK"),
    "retry": _("Try again"),
    "remove": _("Remove"),
    "newest": _("To the newest message"),
    "older": _("Load older messages"),
    "empty": _("No messages yet."),
    "you": _("You"),
    "bot": _("Zhilu"),
    "typing": _("Working on it…"),
    "online": _("Connected"),
    "connecting": _("Connecting…"),
    "offline": _("No connection. What you send is kept on this phone and sent later."),
    "waiting_count": _("Waiting to be sent: {n}"),
    "state_sending": _("Sending"),
    "state_waiting": _("Waiting for network"),
    "state_saved": _("Saved"),
    "state_failed": _("Not sent"),
    "edited": _("edited"),
    "take_photo": _("Take a photo"),
    "choose_photo": _("Photos from album"),
    "choose_file": _("File"),
    "record": _("Record"),
    "record_file": _("Audio file"),
    "location": _("Location"),
    "locating": _("Finding the place…"),
    "location_failed": _("The place could not be found. Allow location for this page and try again."),
    "location_sent": _("Location"),
    "accuracy": _("within {metres} m"),
    "recording": _("Recording…"),
    "paused": _("Paused"),
    "pause": _("Pause"),
    "resume": _("Continue"),
    "finish": _("Finish and send"),
    "discard": _("Discard"),
    "no_microphone": _(
        "The microphone cannot be used here. Record with the phone's recorder instead and send the file."
    ),
    "recording_empty": _("Nothing was recorded."),
    "too_large": _("{name} is too large: at most {megabytes} MB fit."),
    "file_empty": _("{name} is empty."),
    "too_long": _("The message has {length} characters; at most {limit} fit. Please send it in parts, or as a file."),
    "upload_of": _("Uploading {name}"),
    "photo": _("Photo"),
    "file": _("File"),
    "voice": _("Voice message"),
    "audio": _("Recording"),
    "video": _("Video"),
    "open": _("Open"),
    "download": _("Download"),
    "gone": _("This message was removed."),
    "unnamed": _("File"),
    "press_waiting": _("Your choice is kept and will be sent when there is a network."),
    "storage_full": _("This phone has no room to keep the message. Free some space and try again."),
    "language": _("中文"),
    "sign_out": _("Sign out"),
    "sign_out_waiting": _("{n} messages have not been sent yet and would be lost. Sign out all the same?"),
    "external": _("Open this address?"),
    "sign_lead": _("Please check, then sign"),
    "sign_number": _("Number"),
    "sign_signer": _("Name"),
    "sign_label": _("Signs as"),
    "sign_content": _("What is signed"),
    "sign_canvas": _("Signing area: draw your name here"),
    "sign_hint": _("Sign here"),
    "sign_clear": _("Clear"),
    "sign_confirm": _("Confirm signature"),
    "sign_sending": _("Sending the signature…"),
    "sign_done": _("Thank you. The signature has been stored."),
    "sign_failed": _("The signature has not been sent: no connection. It is still here; please try again."),
}


def page_texts(t: Translator) -> dict[str, str]:
    """The dictionary in one language; placeholders in braces are filled by the page."""
    return {name: t(message) for name, message in PAGE_TEXTS.items()}
