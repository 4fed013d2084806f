"""What learning platforms hand out and take back: downloads, rosters, tables of grades.

`downloads` reads the names in a download, `archive` its files within bounds, `roster` who is who,
`collecting` sorts a download into the course folder, `collected` says what became of it, and
`gradetables` writes grades as a platform takes them.
"""
