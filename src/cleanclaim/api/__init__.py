"""The REST door: operations for programs, each with the right that opens it."""
