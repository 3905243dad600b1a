"""The encoder: codes by words, synonyms, index terms and prefixes, ranked and explained."""
