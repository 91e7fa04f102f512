"""What Zhilu keeps: tables, evidence vault, ledger, errors. Imports no other room."""
