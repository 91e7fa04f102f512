"""How a case stands before its regulation: what is done, missing, late or departed from, article by article. Pure."""

from dialogs.compliance.checking import check
from dialogs.compliance.findings import GRADES, KINDS, Article, Compliance, Finding, Grade, Kind

__all__ = ["GRADES", "KINDS", "Article", "Compliance", "Finding", "Grade", "Kind", "check"]
