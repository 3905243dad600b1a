"""FHIR R4 (4.0.1): resources read as typed values beside their JSON, and written."""
