"""What the practice's numbers are: each key figure defined once, with its aim and its source."""
