"""Every table, one family per file. Importing this package registers all of them with SQLModel's metadata."""

from models.tables.agency import Agency, ChatAccount, DemoClock, Officer, SignInLink, Unit, WebSession
from models.tables.case import Case, CaseFact
from models.tables.chat import Conversation, InboundUpdate, MessageSlot, OutboundMessage
from models.tables.deadline import OpenTerm, RungSent
from models.tables.evidence import Evidence, Transcript, TranscriptLine
from models.tables.job import Job
from models.tables.ledger import LedgerLeaf
from models.tables.record import AnswerEvent, DocumentNumber, Opinion, Paper, Record, Signature, SigningLink
from models.tables.webchat import WebCall, WebEvent, WebFile, WebMessage

__all__ = [
    "Agency",
    "AnswerEvent",
    "Case",
    "CaseFact",
    "ChatAccount",
    "Conversation",
    "DemoClock",
    "DocumentNumber",
    "Evidence",
    "InboundUpdate",
    "Job",
    "LedgerLeaf",
    "MessageSlot",
    "Officer",
    "OpenTerm",
    "Opinion",
    "OutboundMessage",
    "Paper",
    "Record",
    "RungSent",
    "SignInLink",
    "Signature",
    "SigningLink",
    "Transcript",
    "TranscriptLine",
    "Unit",
    "WebCall",
    "WebEvent",
    "WebFile",
    "WebMessage",
    "WebSession",
]
