"""From the note to codes: suggestions with evidence, the level of a visit, queries and audits."""
