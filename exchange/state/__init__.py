"""The state of the exchange: legs, rooms, queues, devices, people, faults."""
