"""Read models: what a page shows, as frozen values, asked inside an organization."""
