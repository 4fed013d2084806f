"""The course folder that instructor and grader share: names, release, what is read from it."""
