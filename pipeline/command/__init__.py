"""What each command does: has the work done, shows it, and gives the exit code."""
