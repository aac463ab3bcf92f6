"""The published log: integrate, sign, witness, publish."""
