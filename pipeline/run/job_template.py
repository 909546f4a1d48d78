"""The job file that ``broadsheet init`` writes: every key, its default and what it means."""

JOB_TEMPLATE = """\
# A Broadsheet job: what to crawl, and where everything lands. Start it with:  broadsheet run job.toml
# Every key but name, contact and start has the default that is shown here; an unknown key is refused.

[job]
name = "my-articles"

# Goes into the user agent of every request, so that the owners of the sites can reach you.
# An address you read: "mailto:..." or a page that says who you are.
contact = "mailto:you@example.org"
agent = "Broadsheet"             # the name before it, and the one that rules in robots.txt are looked up by

data = "data"                    # the data folder, relative to this file; one run at a time works in it
max_failed = 0.2                 # share of the addresses asked that may fail before the run ends with exit code 4
max_quarantined = 0.02           # share of pages that may be unreadable within the limits
min_free_mb = 1024               # with less free space than this a run ends with exit code 3 before it does harm
keep_releases = 10               # older releases are taken away, never the current one
metrics = ""                     # "/var/lib/node_exporter/news.prom": figures of the crawl for Prometheus
mask = []                        # "email", "phone", "ip": marks such as [email] stand in the tables in their place

[crawl]
delay = 2.0                      # seconds between two requests to a host, at least; jitter only adds to it
concurrency = 16                 # requests at once, over all hosts
ports = [80, 443]                # no other port is dialled
allow_addresses = []             # "127.0.0.1:8000": private addresses that may be dialled all the same
resolve = {}                     # "news.example:80" = "127.0.0.1:8000": fixed resolution, for tests
proxy = ""                       # "http://127.0.0.1:3128": off unless set
pages_per_host_per_day = 20000
megabytes_per_host_per_day = 2048
rights_files = ["/.well-known/tdmrep.json", "/ai.txt"]  # asked once a day and host: what owners say of text mining

# One section for each site, as many as you like.
[[sites]]
start = ["https://example.org/"]
start_file = ""                  # or a text file with one address a line, relative to this file; "-": standard input
follow = ["links", "sitemaps", "feeds"]
scope = "site"                   # "site": the registrable domain; "host": this host alone; "path": below the start
allow = []                       # regular expressions: when there are any, an address must match one, as '/news/'
deny = []                        # regular expressions: an address must match none, as '/tag/'
max_pages = 2000                 # pages asked for in a run
revisit = ["1h", "30d"]          # bounds of the interval between two visits; it is learned from what changes
respect_opt_out = "record"       # opt-outs are noted on the row; "skip" keeps such pages out of table and archive
browser = false                  # true: scripts are run, in a browser (the README says what that needs)
"""
