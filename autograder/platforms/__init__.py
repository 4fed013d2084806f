"""What learning platforms hand out and take back: downloads, rosters, tables of grades.

`downloads` reads the names in a download, `archive` its files within bounds, `roster` who is who,
`people` whose a file is, `collecting` sorts a download, `placing` puts it into the course folder,
`collected` says what became of it, `meant` whom a typed name means, and `gradetables` writes grades
as a platform takes them.
"""
