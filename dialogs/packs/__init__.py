"""Regulation packs: schema, loader, lint and coverage. The packs themselves are `*/pack.yaml` beside this file."""
