"""The regulation once more, written from its text alone, slowly and plainly, to compare the product with.

Numbers stand here as the text has them; nothing is read from the product or its configuration. Clauses without a
name are of 渝市监发〔2020〕84号; A1 and so on are the readings that docs/decisions/003-readings.md explains.
"""
