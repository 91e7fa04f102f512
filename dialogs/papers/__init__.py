"""Formal A4 papers (执法文书): one block model, a PDF and a DOCX renderer, no template per paper."""
