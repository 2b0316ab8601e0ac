"""The verbs that scenarios share: what people do, what befalls them, and what is so.

One subject, one module; nothing in here is a test, and no test imports another.
"""
