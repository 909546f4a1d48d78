"""One page: bytes to blocks, verdicts and metadata. Pure: no clock, network, files or logging."""
