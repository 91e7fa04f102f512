"""How the parts of a record lie in a workbook: the words both directions share."""

from __future__ import annotations

SURVEY = (
    "type", "name", "label", "hint", "guidance_hint", "required", "relevant", "constraint", "constraint_message",
    "default", "appearance",
)  # fmt: skip
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version")

YES_NO = "yes_no"  # the list of every yes/no question
REFUSAL = "refusal"  # the list of every refusal
YES_NO_CHOICES = (("yes", "是"), ("no", "否"))

TYPES: dict[str, str] = {  # question -> form; what several questions become is told as lost, but for the appearance
    "text": "text", "long_text": "text", "yes_no": f"select_one {YES_NO}", "refusal": f"select_one {REFUSAL}",
    "date": "date", "datetime": "dateTime", "number": "decimal", "amount": "decimal", "phone": "text",
    "resident_id": "text", "organisation_code": "text", "place": "text", "officers": "text", "photo": "image",
    "recording": "audio", "file": "file", "dialogue": "text", "table": "begin_repeat",
}  # fmt: skip
MULTILINE = "multiline"
KEPT = frozenset(
    {"text", "long_text", "choice", "choices", "yes_no", "refusal", "date", "datetime", "number", "photo", "recording",
     "file", "table"}
)  # fmt: skip
