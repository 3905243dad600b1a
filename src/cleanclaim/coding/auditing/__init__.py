"""The audit of coding: samples, blind agreement with intervals, and who codes unlike peers."""
