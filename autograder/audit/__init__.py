"""Measures the checks: mistakes rejected and named, right variants accepted, mutants killed."""
