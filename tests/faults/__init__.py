"""Every fault a server is known for: met by a real Home Assistant, and got over."""
