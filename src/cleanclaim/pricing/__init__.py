"""Prices: what a service should pay under a fee schedule or a contract, step by step."""
