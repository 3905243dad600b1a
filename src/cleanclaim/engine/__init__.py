"""Run one function over many chunks of work, in this process or in several."""

from cleanclaim.engine.local import ChunkError, in_chunks, joined, run

__all__ = ["ChunkError", "in_chunks", "joined", "run"]
