"""The words every part of Cleanclaim shares: money, spans, identifiers, findings, errors."""
