"""Access tokens for programs, and the answers that their repeated requests get again."""
