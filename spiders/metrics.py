"""A crawl's figures as Prometheus reads them, for the textfile collector of its node exporter. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from spiders.figures import LATENCY_BOUNDS, Snapshot

_Sample = tuple[dict[str, str], float]


def metrics_text(now: Snapshot) -> str:
    """The text exposition format; every metric carries the job's name."""
    figures, hosts = now.figures, now.hosts
    stages = {"ready": hosts.ready, "waiting": hosts.waiting, "left_alone": hosts.left_alone}
    families: list[tuple[str, str, str, list[_Sample]]] = [
        ("running", "gauge", "1 while the crawl runs, 0 when it has ended.", [({}, float(not now.finished))]),
        ("started_timestamp_seconds", "gauge", "When this process of the run began.", [({}, now.started_at)]),
        ("updated_timestamp_seconds", "gauge", "When this file was written.", [({}, now.now)]),
        ("addresses", "gauge", "Addresses known to the run by outcome; pending ones may be archived already.",
         [({"outcome": name}, count) for name, count in sorted(now.outcomes.items())]),
        ("archived", "gauge", "Responses of the run that await the build.", [({}, now.archived)]),
        ("answers_total", "counter", "Answers by HTTP status.",
         [({"status": str(status)}, count) for status, count in sorted(figures.statuses.items())]),
        ("received_bytes_total", "counter", "Bytes of the bodies as they were sent.", [({}, figures.size)]),
        ("answers_per_second", "gauge", "Answers a second over the last half minute.", [({}, round(now.rate, 3))]),
        ("hosts", "gauge", "Hosts by state; left_alone: for the rest of the run.",
         [({"state": state}, count) for state, count in stages.items()]),
        ("oldest_wait_seconds", "gauge", "The longest that a host with work waits.",
         [({}, round(hosts.oldest_wait, 1))]),
        ("resident_memory_bytes", "gauge", "Peak memory of the crawl.", [({}, now.memory_mib * 1024 * 1024)]),
    ]  # fmt: skip
    lines: list[str] = []
    for name, kind, words, samples in families:
        lines += [f"# HELP broadsheet_crawl_{name} {words}", f"# TYPE broadsheet_crawl_{name} {kind}"]
        lines += [_line(name, {"job": now.job, **labels}, value) for labels, value in samples]
    return "\n".join([*lines, *_latencies(now)]) + "\n"


def _latencies(now: Snapshot) -> Iterable[str]:
    name = "latency_seconds"
    yield f"# HELP broadsheet_crawl_{name} Seconds from a request to the head of its answer."
    yield f"# TYPE broadsheet_crawl_{name} histogram"
    seen = 0
    for count, bound in zip(now.figures.latencies, (*map(str, LATENCY_BOUNDS), "+Inf"), strict=True):
        seen += count
        yield _line(f"{name}_bucket", {"job": now.job, "le": bound}, seen)
    yield _line(f"{name}_sum", {"job": now.job}, round(now.figures.latency_sum, 6))
    yield _line(f"{name}_count", {"job": now.job}, seen)


def _line(name: str, labels: dict[str, str], value: float) -> str:
    r"""One sample.

    >>> _line("hosts", {"job": 'a"b' + chr(10), "state": "ready"}, 3)
    'broadsheet_crawl_hosts{job="a\\"b\\n",state="ready"} 3'
    """
    told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"broadsheet_crawl_{name}{{{told}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
