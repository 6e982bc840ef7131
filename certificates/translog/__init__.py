"""The register's log: an append-only Merkle tree over what was issued and how its status changed (RFC 9162, tlog-tiles)."""
