"""The results of other tools, read as findings and examinations of rules `external/TOOL/ID`.

Everything here reads foreign files: bounded in size, depth and number, and nothing of them is ever run or followed.
"""
