"""Sites that need code of their own: one file each."""
