"""Measures the checks: known mistakes rejected and named, right variants accepted, mutants
killed.
"""
