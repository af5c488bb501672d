"""Scanners of others over the files of this part, where the settings ask for them: cfn-lint and checkov."""
