"""Every table, one family per file. Importing this package registers all of them with SQLModel's metadata."""

from models.tables.agency import (
    Agency,
    AgencySetting,
    ChatAccount,
    Delegation,
    DemoClock,
    Device,
    DeviceMove,
    Officer,
    PackVersion,
    SignInLink,
    Unit,
    WebSession,
)
from models.tables.case import Access, Case, CaseEvent, CaseFact
from models.tables.chat import Conversation, InboundUpdate, MessageSlot, OutboundMessage
from models.tables.deadline import OpenTerm, RungSent
from models.tables.evidence import Evidence, Transcript, TranscriptLine
from models.tables.job import Job
from models.tables.ledger import LedgerLeaf
from models.tables.record import (
    AnswerEvent,
    Departure,
    DocumentNumber,
    Occupation,
    Opinion,
    Paper,
    Record,
    Signature,
    SigningLink,
)
from models.tables.webchat import WebCall, WebEvent, WebFile, WebMessage

__all__ = [
    "Access",
    "Agency",
    "AgencySetting",
    "AnswerEvent",
    "Case",
    "CaseEvent",
    "CaseFact",
    "ChatAccount",
    "Conversation",
    "Delegation",
    "DemoClock",
    "Departure",
    "Device",
    "DeviceMove",
    "DocumentNumber",
    "Evidence",
    "InboundUpdate",
    "Job",
    "LedgerLeaf",
    "MessageSlot",
    "Occupation",
    "Officer",
    "OpenTerm",
    "Opinion",
    "OutboundMessage",
    "PackVersion",
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
