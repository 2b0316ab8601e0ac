"""The operators' face: pages in the browser, one module a subject."""
