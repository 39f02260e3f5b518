"""`batna explain`: where a number comes from, and what moved since the week before.

explain   finds the rep or the deal that is asked for, and writes the answer
rep       a rep's week as it was published, with what moved
deal      a deal's week, and in which file and record each fact stands
standing  what the kernel was run on, and its answer
week      reads a book of one published week
steps     from one week to the next, change by change
text      the answers as text for people
"""

from jobs.explain.explain import explain

__all__ = ["explain"]
