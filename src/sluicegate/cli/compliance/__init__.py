"""The commands of the compliance gate."""
