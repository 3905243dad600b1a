"""Cases of denials: their plan, appeals with evidence, terms, citations and write-offs."""
