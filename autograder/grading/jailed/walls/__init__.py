"""What confines the process that runs student code: namespaces, limits, a filter of system
calls.
"""
