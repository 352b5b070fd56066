"""Mutants of the regulation as code: each is one small change that some test of tests/unit/policy has to notice."""
