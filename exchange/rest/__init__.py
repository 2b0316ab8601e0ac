"""The REST interface 2010-04-01, one module for each kind of resource."""
