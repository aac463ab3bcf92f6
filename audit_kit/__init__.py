"""What an auditor runs who trusts nobody: the distribution `sceau-audit`."""
