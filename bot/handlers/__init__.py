"""Thin aiogram handlers: an update becomes a use case's call, nothing more."""
