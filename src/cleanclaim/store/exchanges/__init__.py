"""Files sent to and received from payers, kept byte for byte."""
