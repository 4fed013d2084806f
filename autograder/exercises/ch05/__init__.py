"""Chapter 5: recurrent networks and LSTM."""
