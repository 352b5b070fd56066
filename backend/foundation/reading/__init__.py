"""Reading tables that somebody else made: what a file is, where its heading stands, what its cells mean."""
