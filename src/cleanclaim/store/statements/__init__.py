"""Statements, plans, card payments, refunds and all else between practice and patient."""
