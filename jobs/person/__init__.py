"""One person in a workspace: all that is held about them, given out or erased (03-metrics.md, section 8)."""
