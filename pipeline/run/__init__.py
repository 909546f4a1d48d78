"""Jobs: crawl, build, release, report."""
