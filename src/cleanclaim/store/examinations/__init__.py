"""On what grounds held claims were judged last."""
