"""Fetching: the only place that knows Scrapy."""
