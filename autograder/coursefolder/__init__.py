"""The course folder that instructor and grader share: its names, its release, what is read from
it.
"""
