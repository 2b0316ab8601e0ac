"""The core: the service's rules, values in and values out, without side effects."""
