"""People from files: what a file is, what its columns mean, who of it is new, and adding them as one."""
