"""Babel catalogues and the glossary of legal terms."""
