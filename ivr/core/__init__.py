"""The rules of the house: values in, values out, nothing touched."""
