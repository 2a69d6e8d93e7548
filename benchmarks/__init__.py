"""What the tracker costs beside what it cannot do without: `make bench` (docs/performance.md)."""
