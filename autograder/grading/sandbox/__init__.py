"""The trusted end of the jail: how it is started, what it may use, what this machine allows."""
