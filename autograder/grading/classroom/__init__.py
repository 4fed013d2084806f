"""A whole class: workers, what is kept from the last run, the gradebook."""
