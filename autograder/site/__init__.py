"""The course as a web site: pages generated from a folder of executed notebooks, by Sphinx."""
