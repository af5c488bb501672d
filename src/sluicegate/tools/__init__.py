"""Outside scanners as programs: found, given files of their own to look at, watched, ended, and never believed blindly.

Nothing here knows a scanner. What a scanner says is foreign text, its exit code is no verdict, and it sees neither the
tokens of the job nor the folder that is judged. `running` starts one, `programs` finds it and its version, `laid` gives
it files, `ending` sees to its end.
"""
