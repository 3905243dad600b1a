"""From a note to codes: what it says, where it says it, and how sure that is."""
