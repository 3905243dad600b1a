"""The ways to a payer: what a connection is, and the payer simulator behind one."""

from cleanclaim.payers.connection import InboundFile, OutboundFile, PayerConnection, Receipt

__all__ = ["InboundFile", "OutboundFile", "PayerConnection", "Receipt"]
