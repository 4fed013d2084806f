"""Loaded last into the process that workers are forked from: what is loaded stays shared.

The garbage collector writes into every object that it looks at: a worker's first collection would
copy the pages that it shares with all others, 45 MiB of them; frozen objects are passed over.
"""

import gc

from autograder import exercises

exercises.everything()
gc.collect()
gc.freeze()
