"""Read papers back the way a receiver would: with poppler for PDF, python-docx for DOCX."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn

from tests.support.need import need


def pdf_text(data: bytes) -> str:
    """The text of all pages in reading order; needs poppler's pdftotext."""
    need(shutil.which("pdftotext"), "pdftotext (poppler-utils) is not installed")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def pdf_facts(data: bytes) -> str:
    """What pdfinfo says, as text; needs poppler's pdfinfo."""
    need(shutil.which("pdfinfo"), "pdfinfo (poppler-utils) is not installed")
    return subprocess.run(["pdfinfo", "-"], input=data, capture_output=True, check=True).stdout.decode()


def docx_text(data: bytes) -> str:
    """The text of body, tables and footer."""
    document = Document(BytesIO(data))
    parts = (document.element.body, document.sections[0].footer._element)
    return "".join(node.text or "" for part in parts for node in part.iter(qn("w:t")))


def squeezed(text: str) -> str:
    """`text` without white space and zero-width breaks, for comparing what line breaks divide."""
    return re.sub(r"[\s\u200b]+", "", text)
