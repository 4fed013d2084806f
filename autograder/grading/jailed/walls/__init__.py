"""What confines the process that runs student code: namespaces, limits, a system call filter."""
