"""How the database grew, step by step; run by ``ivr.adapters.sql.schema``."""
