"""How well recordings with references are transcribed: rates per group, beside stock faster-whisper.

`recordings` reads what there is to measure, `hearing` lets an engine transcribe it, `counting` holds one transcript
against its reference, and `figures` sums up with intervals.
"""
