"""What the exchange holds: legs, rooms, queues, devices, people, faults."""
