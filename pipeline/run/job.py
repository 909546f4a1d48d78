"""The job file: what to crawl, and where everything lands.

TOML, read strictly: an unknown key, a wrong type or a pattern that does not compile is refused before anything starts.
The description of a key is also the remedy that a wrong value of it is answered with.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pipeline import __version__
from pipeline.run.durations import seconds
from pipeline.run.endpoints import check_contact, check_ip_port, check_name_port, check_proxy, check_web_address
from pipeline.run.job_problems import describe


class JobError(Exception):
    """A job file that cannot be used. The text names the file, the key, what is wrong and the remedy."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    return text


def _path(text: str) -> str:
    if "\0" in text:
        raise ValueError("no path holds a null character")
    return text


def _bounds(value: object) -> tuple[float, float]:
    if not (isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(item, str) for item in value)):
        raise ValueError("these are not two durations")
    low, high = (seconds(item) for item in value)
    if low > high:
        raise ValueError(f"the lower bound {value[0]!r} is longer than the upper bound {value[1]!r}")
    return (low, high)


Pattern = Annotated[str, AfterValidator(_pattern)]
WebAddress = Annotated[str, AfterValidator(check_web_address)]
IpPort = Annotated[str, AfterValidator(check_ip_port)]
NamePort = Annotated[str, AfterValidator(check_name_port)]
PathText = Annotated[str, AfterValidator(_path)]
Share = Annotated[float, Field(ge=0, le=1)]
Port = Annotated[int, Field(ge=1, le=65_535)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class JobSection(_Section):
    """``[job]``: who asks, where the output lands, and how much may fail."""

    name: str = Field(
        min_length=1,
        max_length=100,
        pattern=r"^[\w .-]+$",
        description='letters, digits, blanks and "._-", such as "news"',
    )
    contact: Annotated[str, AfterValidator(check_contact)] = Field(
        description='where site owners reach you, such as "mailto:data@example.org" or "https://example.org/crawler"'
    )
    agent: str = Field(
        default="Broadsheet",
        pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$",
        description='letters, digits, "_" and "-": the name for robots.txt',
    )
    data: PathText = Field(
        default="data", min_length=1, description='a folder, relative to the job file, such as "data"'
    )
    max_failed: Share = Field(default=0.2, description="a share from 0 to 1, such as 0.2")
    max_quarantined: Share = Field(default=0.02, description="a share from 0 to 1, such as 0.02")
    min_free_mb: int = Field(
        default=1024, ge=0, description="free space in MB below which a run ends with exit code 3, such as 1024"
    )
    keep_releases: int = Field(default=10, ge=1, description="how many releases stay, 1 or more, such as 10")
    metrics: PathText = Field(
        default="", description='a file for the node exporter\'s textfile collector, such as "/var/lib/x/news.prom"'
    )
    mask: tuple[Literal["email", "phone", "ip"], ...] = Field(
        default=(), description='kinds of personal data to mask in the tables, such as ["email", "phone", "ip"]'
    )


class CrawlSection(_Section):
    """``[crawl]``: how politely, how widely, through what."""

    delay: float = Field(default=2.0, ge=0, le=3_600, description="seconds between requests to a host, such as 2.0")
    concurrency: int = Field(default=16, ge=1, le=256, description="a whole number from 1 to 256, such as 16")
    ports: tuple[Port, ...] = Field(
        default=(80, 443), min_length=1, description="ports that may be dialled, such as [80, 443]"
    )
    allow_addresses: tuple[IpPort, ...] = Field(
        default=(), description='addresses and ports that the guard would refuse, such as ["127.0.0.1:8000"]'
    )
    resolve: dict[NamePort, IpPort] = Field(
        default={}, description='fixed resolution for tests, such as { "news.example:80" = "127.0.0.1:8000" }'
    )
    proxy: Annotated[str, AfterValidator(check_proxy)] = Field(
        default="", description='empty, or such as "http://127.0.0.1:3128"'
    )
    pages_per_host_per_day: int = Field(default=20_000, ge=1, description="a whole number, 1 or more, such as 20000")
    megabytes_per_host_per_day: int = Field(default=2_048, ge=1, description="a whole number, 1 or more, such as 2048")
    rights_files: tuple[Literal["/.well-known/tdmrep.json", "/ai.txt"], ...] = Field(
        default=("/.well-known/tdmrep.json", "/ai.txt"), description='some of ["/.well-known/tdmrep.json", "/ai.txt"]'
    )


class Site(_Section):
    """``[[sites]]``: where to start and how far to go. ``revisit`` is given in seconds here, lower and upper bound."""

    start: tuple[WebAddress, ...] = Field(
        default=(), description='addresses to start from, such as ["https://example.org/"]'
    )
    start_file: PathText = Field(
        default="",
        description='a text file with one address a line, relative to the job file, such as "seeds.txt", or "-"',
    )
    follow: tuple[Literal["links", "sitemaps", "feeds"], ...] = Field(
        default=("links", "sitemaps", "feeds"), description='some of ["links", "sitemaps", "feeds"]'
    )
    scope: Literal["site", "host", "path"] = Field(default="site", description='"site", "host" or "path"')
    allow: tuple[Pattern, ...] = Field(
        default=(), description="regular expressions on the address, such as ['/news/'] in single quotes"
    )
    deny: tuple[Pattern, ...] = Field(
        default=(), description="regular expressions on the address, such as ['/tag/'] in single quotes"
    )
    max_pages: int = Field(default=2_000, ge=1, description="a whole number, 1 or more, such as 2000")
    revisit: Annotated[tuple[float, float], BeforeValidator(_bounds)] = Field(
        default=(3_600.0, 2_592_000.0),
        description='bounds of the learned interval, shorter first, such as ["1h", "30d"]',
    )
    respect_opt_out: Literal["record", "skip"] = Field(default="record", description='"record" or "skip"')
    browser: bool = Field(default=False, description="true or false")

    @model_validator(mode="after")
    def _has_start(self) -> Self:
        if not self.start and not self.start_file:
            raise ValueError(
                'neither start nor start_file is given; write for example start = ["https://example.org/"]'
            )
        return self


class _JobFile(_Section):
    """What may stand in the file."""

    job: JobSection = Field(description="a section [job] with name and contact")
    crawl: CrawlSection = Field(default=CrawlSection(), description="a section [crawl]")
    sites: tuple[Site, ...] = Field(min_length=1, description="at least one section [[sites]] with start")

    @model_validator(mode="after")
    def _reads_input_once(self) -> Self:
        if sum(site.start_file == "-" for site in self.sites) > 1:
            raise ValueError('start_file = "-" stands in several sections, and standard input can be read only once')
        return self


class Job(_JobFile):
    """A job file that holds. ``path`` is its absolute path; everything else is what stands in it, with defaults."""

    path: Path

    @property
    def data_dir(self) -> Path:
        """The data folder: ``data`` as seen from the job file."""
        return (self.path.parent / self.job.data).absolute()

    @property
    def metrics_file(self) -> Path | None:
        """Where the crawl's figures are written for Prometheus: ``metrics`` as seen from the job file."""
        return (self.path.parent / self.job.metrics).absolute() if self.job.metrics else None

    @property
    def reads_input(self) -> bool:
        """Whether start addresses come from standard input."""
        return any(site.start_file == "-" for site in self.sites)

    @property
    def user_agent(self) -> str:
        """The name that every request carries: agent, version and where to reach its owner."""
        return f"{self.job.agent}/{__version__} (+{self.job.contact})"

    def start_addresses(self, site: Site) -> tuple[str, ...]:
        """The addresses to start from: those of ``start``, then those of ``start_file``, read now.

        "-" is standard input, which can be read once.

        Raises:
            JobError: the file is missing, unreadable or empty, or a line of it is no http(s) address.
        """
        if not site.start_file:
            return site.start
        key = f"sites[{self.sites.index(site)}].start_file"
        listed = _read_addresses(self.path.parent / site.start_file, f"{self.path}: {key}", site.start_file == "-")
        return tuple(dict.fromkeys((*site.start, *listed)))


def load_job(path: Path) -> Job:
    """Read and check a job file.

    Raises:
        JobError: it is missing, unreadable, not TOML, or has a key or value that cannot be used.
    """
    path = Path(path).absolute()
    text = _read_text(path, str(path), "write one with `broadsheet init`, or give another path")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise JobError(f"{path}: not TOML: {error}; mend that line") from None
    try:
        # As JSON, because only there pydantic's strict mode takes a list where a tuple is declared.
        file = _JobFile.model_validate_json(json.dumps(content, default=str))
    except ValidationError as error:
        problems = describe(error, _JobFile)
        raise JobError("\n".join(f"{path}: {problem}" for problem in problems)) from None
    return Job(path=path, job=file.job, crawl=file.crawl, sites=file.sites)


def _read_text(path: Path, where: str, remedy: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise JobError(f"{where}: {path.name} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise JobError(f"{where}: cannot read {path.name}: {error.strerror}; {remedy}") from None


def _read_addresses(path: Path, where: str, from_input: bool) -> list[str]:
    if from_input:
        text, name = sys.stdin.buffer.read().decode("utf-8-sig", "replace"), "standard input"
    else:
        text, name = _read_text(path, where, "put the file there or correct the name"), path.name
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        try:
            found.append(check_web_address(address))
        except ValueError as error:
            raise JobError(f"{where}: {name} line {number}: {error}; write one http(s) address a line") from None
    if not found:
        raise JobError(f"{where}: {name} holds no address; write one http(s) address a line")
    return found
