"""What the gates see of bad input: real documents, damaged at random as people and machines damage them, judged as in a refresh."""
