"""Code systems and reference tables, each answer tied to a day and a release."""
