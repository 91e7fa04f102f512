"""Error codes become polite sentences: what was wrong, what is accepted, what to do. Nothing was changed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from bot.i18n import Translator


def _(message: str) -> str:
    """Marks a text for translation."""
    return message


GENERAL = _("This could not be done ({code}). Nothing was changed; the cause is in the server's log.")

SENTENCES: Mapping[str, str] = {
    # answers
    "answer.ambiguous": _("“{text}” fits {count} choices. Please tap the one you mean."),
    "answer.birth_date": _("The birth date {text} in this ID number does not exist or cannot be right."),
    "answer.check_digit": _("The check digit is wrong: one of the {length} characters was misread or mistyped."),
    "answer.check_failed": _("{message}"),
    "answer.choose_all": _("Every item is required. Still open: {missing}"),
    "answer.clear_first": _("This question has an answer already. Please take it back first."),
    "answer.dialogue_one_sided": _("An interview needs at least one question and one answer."),
    "answer.empty": _("There is no text in this answer."),
    "answer.finer_than_cent": _("“{text}” is finer than a cent (分)."),
    "answer.in_the_future": _("{text} lies in the future."),
    "answer.negative": _("“{text}” is below zero."),
    "answer.no_sound": _("There is no sound in this recording."),
    "answer.no_such_line": _("There is no such line."),
    "answer.not_a_date": _("“{text}” is not a date I can read."),
    "answer.not_a_datetime": _("“{text}” is not a date and time I can read."),
    "answer.not_a_number": _("“{text}” is not a number."),
    "answer.not_a_phone": _("“{text}” is not a phone number of the mainland."),
    "answer.not_a_recording": _("Sound or video is asked for here. Please record, or send a recording."),
    "answer.not_a_photo": _("A photo is asked for here. Please send a picture."),
    "answer.not_a_file": _("A file is asked for here. Please send the file."),
    "answer.not_an_amount": _("“{text}” is not an amount of money I can read."),
    "answer.not_an_option": _("“{text}” is not one of the choices. Please tap one."),
    "answer.not_asked": _("This question is not asked any more, because another answer changed."),
    "answer.not_this_kind": _("This kind of answer does not fit the question."),
    "answer.nothing_offered": _("Nothing is offered for this question now."),
    "answer.organisation_code_letter": _("The letter {text} never stands in a unified social credit code."),
    "answer.organisation_code_shape": _("A unified social credit code has 18 characters; this has {length}."),
    "answer.place_invalid": _("This is not a place on earth."),
    "answer.reason_needed": _("A reason is needed here."),
    "answer.required": _("This question cannot be skipped."),
    "answer.resident_id_old": _("ID numbers of 15 digits are no longer valid; 18 are needed."),
    "answer.resident_id_shape": _("An ID number has 18 characters, the last may be X; this has {length}."),
    "answer.row_incomplete": _("“{row}” lacks: {missing}. One line takes: {columns}"),
    "answer.row_too_wide": _(
        "“{row}” has {count} parts, one line takes at most: {columns}. Where a part has commas, part them by ；"
    ),
    "answer.too_few": _("At least {least} are needed; there are {count}."),
    "answer.too_long": _("This has {length} characters; at most {limit} fit. Please shorten it."),
    "answer.too_many": _("At most {most} are possible here."),
    "answer.unknown_not_allowed": _("‘Not known’ is not possible for this question."),
    # what a record lacks
    "record.unanswered": _("{label}: not answered"),
    "record.unfinished": _("{label}: begun, not finished"),
    "record.recording_missing": _("{label}: the recording is missing"),
    "record.photo_missing": _("{label}: the photo is missing"),
    "record.file_missing": _("{label}: the file is missing"),
    "record.recording_preferred": _("{label}: a recording is preferred"),
    "record.photo_preferred": _("{label}: a photo is preferred"),
    "record.file_preferred": _("{label}: a file is preferred"),
    "record.check_failed": _("{label}: does not agree with another answer"),
    "record.condition_failed": _("{label}: a rule of the pack could not be checked"),
    # records and cases
    "button.stale": _("This button is out of date. Please use the newest message."),
    "record.corrected": _("A newer version has taken the place of this record. Please open that one."),
    "record.changed_meanwhile": _("The record has changed since this card was shown. Please read the newest card."),
    "record.not_approved": _("The record has not been approved yet."),
    "record.unknown": _("There is no such record, or you may not see it."),
    "record.unsigned": _("Not signed yet: {slots}"),
    "record.wrong_state": _("This is not possible any more: the record has moved on. Please open it again."),
    "case.maker_not_named": _("Whoever opens the case must be one of its two officers. Please change the answer."),
    "case.archived": _("The case is archived. Only what comes after archiving can still be begun in it."),
    "case.not_open": _("The case is not open."),
    "case.not_yours": _("Only the officers of this case, or those whose task it is, may do this."),
    "case.secret": _("This case is secret. Only its officers and those cleared for its level may open it."),
    "case.second_officer_missing": _("A second officer is needed first."),
    "case.too_many_openings": _("You have {limit} cases that are not opened yet. Please finish or cancel some."),
    "case.unknown": _("There is no such case, or you may not see it."),
    "form.not_now": _("“{form}” cannot be begun at this point of the case."),
    "form.only_once": _("“{form}” exists already in this case."),
    "form.unknown": _("There is no such record in this regulation."),
    "pack.changed": _(
        "The regulation pack {pack} was changed but still bears version {version}, which was in use before. "
        "Administrator: raise its version and start again; until then nothing new begins under it."
    ),
    "pack.not_newer": _("There is no newer version of the regulation any more; nothing was changed."),
    "pack.no_opening": _("The regulation pack {pack} has no opening record. Please tell its author."),
    "pack.unknown": _("The regulation pack {pack} is not installed. Please tell your administrator."),
    "pack.condition_failed": _("A rule of the regulation pack could not be checked. Please tell its author."),
    "opinion.given": _("This has been decided already, or the record has changed."),
    "opinion.no_return": _("This step cannot be returned."),
    "opinion.own_record": _("Nobody decides on a record they made or whose case they work on."),
    "opinion.other_unit": _("Only people of the case's own unit decide this step."),
    "opinion.twice": _("You have decided an earlier step of this record; another person must decide this one."),
    "opinion.unknown": _("There is no such request, or you may not see it."),
    "departure.too_short": _("Please write the reason in {least} characters at least."),
    "away.already": _("Somebody stands in for you already. To name another person, say first that you are back."),
    "away.ended": _("This has ended already."),
    "away.no_such_deputy": _("This person cannot stand in for you: they are away themselves, or not of your agency."),
    "away.past": _("That day has passed already."),
    "away.too_long": _("At most {days} days are possible at once."),
    "away.unknown": _("There is no such absence of yours."),
    "role.required": _("Your role does not allow this."),
    "agency.transport_off": _("Your agency has not allowed this chat service."),
    "calendar.unreadable": _("The calendar {path} cannot be read: {reason}"),
    "calendar.unusable": _(
        "In the calendar {path} the year {year} cannot be used ({text}). Each year needs source, holidays (name, from, "
        "to) and worked, as in dialogs/deadlines/calendar.yaml."
    ),
    "days.no_name": _("Please say what the days are called, in {limit} characters at most."),
    "days.order": _("The last day ({last}) comes before the first ({first})."),
    "days.too_many": _("At most {limit} days at once."),
    "days.unreadable": _("'{text}' are no days: give 2027-01-01 or 2027-01-01..2027-01-03."),
    "duty.order": _("Duty must begin ({start}) before it ends ({end})."),
    "duty.unreadable": _("'{text}' is no time of day: give 08:30."),
    "deadline.ended": _("This deadline has ended already; nothing more is due for it."),
    "channel.address_unusable": _("“{text}” is no e-mail address. It reads like name@example.cn, without blanks."),
    "channel.no_address": _("{name} has given and confirmed no address for this channel yet: /channels in the chat."),
    "channel.not_allowed": _("Your agency has not switched on this channel."),
    "channel.too_many_codes": _("{limit} codes were sent within an hour. Please wait an hour before the next."),
    "deadline.unknown": _("There is no such deadline."),
    "extension.no_reason": _("Please write why, in {limit} characters at most."),
    "extension.none": _("The regulation does not let this deadline be extended."),
    "extension.own_case": _("Nobody extends a deadline of a case they work on; another person must do it."),
    "extension.role": _("Only another role may extend this deadline; its card says which."),
    "extension.too_late": _("The deadline has passed; it can no longer be extended."),
    "extension.used_up": _("This deadline has been extended as often as is allowed ({times})."),
    "term.ended": _("This deadline no longer runs."),
    # signatures
    "signature.already": _("This place is signed already."),
    "signature.blank": _("Nothing has been drawn yet."),
    "signature.broken": _("The signature could not be read. Please draw it again."),
    "signature.link_used": _("This signing link was used, is old, or the text has changed."),
    "signature.may_not_refuse": _("“{slot}” cannot be refused."),
    "signature.no_such_slot": _("There is no such place to sign."),
    "signature.not_drawn": _("This is not a drawn signature."),
    "signature.too_large": _("The signature's picture is too large."),
    # files
    "audio.empty": _("There is no sound in this file. Please record again."),
    "audio.no_sound_track": _("This video has no sound track."),
    "audio.too_long": _("The recording is longer than {limit} seconds. Please send it in parts."),
    "audio.undecodable": _(
        "This file is not a recording I can read. I take ogg, webm, wav, mp3, m4a, aac, amr, flac and mp4."
    ),
    "declare.ends_first": _("The recording must end after it began."),
    "declare.overlaps": _("Recording no. {id} is declared for this device and time already."),
    "declare.too_long": _("One recording of at most {hours} hours is declared at a time."),
    "device.unknown": _("There is no device “{text}” in your agency's register."),
    "devices.known": _("There is a device “{text}” in the register already."),
    "disposal.already": _("No. {id} was disposed of before."),
    "disposal.backwards": _("“{text}” ends below its start. Please write ranges as 7-9, the smaller number first."),
    "disposal.case_open": _("No. {id}: the case is not archived yet, and its term runs from then."),
    "disposal.no_bytes": _("No. {id}: its file was never imported."),
    "disposal.permanent": _("No. {id} is kept permanently."),
    "disposal.unjudged": _(
        "No. {id}: a rule on how long it is kept cannot be checked, so it stays. Please tell your administrator."
    ),
    "disposal.too_early": _("No. {id}: its term of retention runs until {until}."),
    "disposal.too_many": _("One decision disposes of {limit} pieces at most. Please make several."),
    "disposal.unknown": _("This case has no evidence no. {id}."),
    "disposal.unreadable": _(
        "“{text}” in the list of evidence numbers cannot be read. Please write numbers alone, as in 3、5、7-9; "
        "skip the question when nothing is to be deleted."
    ),
    "evidence.bytes_owed": _("The file of this recording has not been imported yet."),
    "evidence.fixed": _("The record's text is fixed; evidence of it can no longer be withdrawn."),
    "evidence.no_case": _("There is no open case this file could belong to. Please open a case first: /new"),
    "evidence.not_here": _("The file itself is not here: it is still owed, or was disposed of by decision."),
    "evidence.reason_needed": _("Please write why it is withdrawn, in a few words."),
    "evidence.withdrawn": _("This evidence is withdrawn already."),
    "evidence.unknown": _("There is no such evidence, or you may not see it."),
    "evidence.missing": _("A file of this record is missing. Please tell your administrator at once."),
    "photo.broken": _("The photo is damaged or did not arrive whole. Please send it again."),
    "photo.empty": _("The file is empty. Please send the photo again."),
    "photo.not_an_image": _("This file is not a photo. I take JPEG, PNG and WebP."),
    "photo.too_large": _("The photo is too large in bytes. Please send a smaller one."),
    "photo.too_many_pixels": _("The photo has too many pixels. Please send a smaller one."),
    "photo.unsupported": _("Photos of the format {format} cannot be used. Please send JPEG, PNG or WebP."),
    "upload.empty": _("The file is empty."),
    "upload.not_fetched": _("The file could not be fetched. Please send it again."),
    "upload.too_large": _("The file is too large. Please send it in parts."),
    "upload.too_large_for_transport": _("This chat service hands over 20 MB at most. Please use the web chat."),
    "vault.cannot_write": _("The server cannot store files just now. Please tell your administrator."),
    "vault.key_exists": _("{path} exists already; a key is never overwritten."),
    "vault.key_open": _("The key file {path} may be read by others. Allow its owner alone: chmod 600."),
    # overseeing
    "urge.not_running": _("This deadline no longer runs; there is nothing to urge."),
    "urge.nobody": _("No officer of this case can be reached. Please give it to somebody else."),
    "urge.too_soon": _("{name} urged this {ago} min ago. Once an hour is enough; it can be urged again in {wait} min."),
    "reassign.already": _("{name} has this place already."),
    "reassign.has_decided": _("{name} has decided on a record of this case and cannot become its officer."),
    "reassign.is_other": _("{name} is the case's other officer. The two must be different people."),
    "reassign.no_such_officer": _("There is no such active officer in your agency."),
    "period.unreadable": _("'{text}' is no period: give 2026, 2026-11, 2026-W47 or 2026-11-01..2026-11-15."),
    "report.one_agency": _("Files are made for one agency at a time: name it with --agency."),
    "vault.key_unreadable": _("The key file {path} cannot be used. Please tell your administrator."),
    "vault.no_key": _("Stored files are encrypted and no key is set. Please tell your administrator."),
    "vault.tampered": _("A stored file is not what was kept. Please tell your administrator at once."),
    "vault.wrong_key": _("Stored files were encrypted with another key. Please tell your administrator."),
    "vault.missing": _("A stored file is missing. Please tell your administrator at once."),
    "paper.not_rendered": _("The paper could not be made. The answers are kept; please tell your administrator."),
    "paper.picture_broken": _("A picture of this record cannot be printed."),
    "paper.picture_too_large": _("A picture of this record is too large to be printed."),
    "disc.not_verified": _(
        "The disc image was read back and “{file}” on it is not what was received. Nothing was handed out; "
        "please tell your administrator at once."
    ),
    # settings and versions of the regulation
    "setting.no_reason": _("Please write why, in {limit} characters at most."),
    "setting.not_a_number": _("A whole number from {least} to {most} is needed."),
    "setting.not_an_option": _("That is none of the choices. There are: {known}"),
    "setting.not_yes_no": _("Please answer yes or no."),
    "setting.only_informs": _("This setting only informs; it is not changed here."),
    "setting.text_length": _("Please write from 1 to {limit} characters."),
    "setting.unknown": _("There is no setting {setting}. There are: {known}"),
    # jobs and the rest
    "job.finished": _("This work has ended already."),
    "job.gave_up": _("This work failed several times and was given up. The files are kept."),
    "job.result_unusable": _("The result of this work cannot be used. The files are kept."),
    "job.unknown": _("There is no such work, or it is not yours."),
    "dialect.unknown": _("The dialect '{dialect}' is not known. There are: {known}."),
    "lexicon.unusable": _("A dialect lexicon of the agency cannot be used. Please tell your administrator."),
    "model.hash_mismatch": _("The speech model's file {file} is not the one expected; it is not used."),
    "model.incomplete": _("The speech model is not complete. Please tell your administrator."),
    "model.not_installed": _("The speech model is not installed. Please tell your administrator."),
    "model.no_device": _("The speech model cannot be loaded. Please tell your administrator."),
    "model.precision": _("The speech model cannot be loaded. Please tell your administrator."),
    "model.unconverted": _("The speech model cannot be loaded. Please tell your administrator."),
    "speakers.not_installed": _(
        "What should tell voices apart ({name}) is not installed. Please tell your administrator."
    ),
    "model.unloadable": _("The speech model cannot be loaded. Please tell your administrator."),
    "clock.backwards": _("The demo clock only moves forward."),
    "clock.not_demo": _("Only a demo has a clock that can be moved."),
    "clock.too_far": _("The demo clock moves by {days} days at most at once."),
    "clock.unreadable": _("“{text}” is not a span of time. For example: {example}"),
    "transcript.unknown": _("There is no such transcript, or you may not see it."),
    "transcript.used": _("This transcript has been used already."),
    "job.unfinished": _("This work has not ended yet."),
    "transcript.line_too_long": _("This line has {length} characters; at most {limit} fit."),
    "transcript.no_answer": _("There is nothing in this transcript that answers the question."),
    "transcript.no_dialogue": _("This record has no place for questions and answers."),
    "transcript.no_such_line": _("There is no line {line}."),
    "transcript.no_voice": _("There is no voice {voice} in this draft."),
    "transcript.none": _("This record was made from no transcript draft."),
    "transcript.not_used": _("This draft is not in the record."),
    "transcript.nothing_to_undo": _("There is nothing to undo."),
    "transcript.roles_unknown": _("Please say first who speaks in lines {lines}."),
    "transcript.empty": _("There is no text in this transcript."),
    "update.failed": _("Something went wrong; it has been noted as no. {reference}. Please try again or choose /menu."),
}


def fault_text(t: Translator, code: str, params: Mapping[str, object]) -> str:
    """The sentence for a code, as Telegram HTML; an unknown code gets a general one, and the log has the cause."""
    safe = {name: escape(_shown(value), quote=False) for name, value in params.items()}
    return t(SENTENCES.get(code, GENERAL)).format_map(_Lenient(safe | {"code": code}))


class _Lenient(dict[str, str]):
    """A sentence never fails over a missing detail."""

    def __missing__(self, key: str) -> str:
        return "—"


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)
