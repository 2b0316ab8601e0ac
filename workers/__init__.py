"""The RQ side: what runs behind the telephone."""
