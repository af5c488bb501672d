"""Readers of what lists packages: text and structure held strictly, bills of materials, expressions of licences.

What they read is data, of which they judge nothing: the gates do.
"""
