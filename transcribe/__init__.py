"""Audio bytes in, transcript draft out."""
