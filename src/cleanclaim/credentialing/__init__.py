"""Credentialing: who may bill whom for what, where and when, and the gate before a claim."""
