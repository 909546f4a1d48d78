"""The only place that knows files and tables."""
