"""Chapter 3: feedforward networks and backpropagation."""
