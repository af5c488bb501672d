"""Faults in Python code, each with what looks much like it and is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.code import PAGE, RULES, rule_id
from sluicegate.model import Case, Planted
from sluicegate.pages import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = "B506"
"""The rule that the family's page shows."""

PAIRS: dict[int, tuple[str, str]] = {
    101: ("assert user.admin", "if not user.admin:\n    raise PermissionError"),
    102: ("exec(text)", "execute(text)"),
    103: ("import os\nos.chmod(path, 0o777)", "import os\nos.chmod(path, 0o600)"),
    104: ('listen("0.0.0.0", 80)', 'listen("127.0.0.1", 80)'),
    105: ('password = "hunter2"', "password = ask()"),
    106: ('connect(password="hunter2")', "connect(password=ask())"),
    107: ('def connect(password="hunter2"): ...', "def connect(password=None): ..."),
    108: ('place = "/tmp/answers"', 'place = "answers"'),
    110: ("try:\n    work()\nexcept Exception:\n    pass",
          "try:\n    work()\nexcept OSError as error:\n    tell(error)"),
    112: (
        "for each in work:\n    try:\n        each()\n    except Exception:\n        continue",
        "for each in work:\n    try:\n        each()\n    except OSError as error:\n        tell(error)",
    ),
    113: ("import requests\nrequests.get(url)", "import requests\nrequests.get(url, timeout=5)"),
    201: ("from flask import Flask\napp = Flask(name)\napp.run(debug=True)",
          "from flask import Flask\napp = Flask(name)\napp.run(debug=False)"),
    202: ("import tarfile\ntarfile.open(path).extractall(folder)",
          'import tarfile\ntarfile.open(path).extractall(folder, filter="data")'),
    301: ("import pickle\npickle.loads(text)", "import json\njson.loads(text)"),
    302: ("import marshal\nmarshal.loads(text)", "import marshal\nmarshal.dumps(value)"),
    303: ("from cryptography.hazmat.primitives import hashes\nhashes.MD5()",
          "from cryptography.hazmat.primitives import hashes\nhashes.SHA256()"),
    304: ("from cryptography.hazmat.primitives.ciphers import algorithms\nalgorithms.Blowfish(key)",
          "from cryptography.hazmat.primitives.ciphers import algorithms\nalgorithms.AES(key)"),
    305: ("from cryptography.hazmat.primitives.ciphers import modes\nmodes.ECB()",
          "from cryptography.hazmat.primitives.ciphers import modes\nmodes.GCM(nonce)"),
    306: ("import tempfile\ntempfile.mktemp()", "import tempfile\ntempfile.mkstemp()"),
    307: ("eval(text)", "import ast\nast.literal_eval(text)"),
    308: ("from django.utils.safestring import mark_safe\nmark_safe(text)",
          'from django.utils.html import format_html\nformat_html("{}", text)'),
    310: ("import urllib.request\nurllib.request.urlopen(address)",
          "import urllib.parse\nurllib.parse.urlparse(address)"),
    311: ("import random\nrandom.random()", "import secrets\nsecrets.randbelow(6)"),
    312: ("import telnetlib\ntelnetlib.Telnet(host)", "import socket\nsocket.create_connection((host, 443))"),
    313: ("import xml.etree.cElementTree\nxml.etree.cElementTree.parse(path)",
          "import defusedxml.cElementTree\ndefusedxml.cElementTree.parse(path)"),
    314: ("import xml.etree.ElementTree\nxml.etree.ElementTree.parse(path)",
          "import defusedxml.ElementTree\ndefusedxml.ElementTree.parse(path)"),
    315: ("import xml.sax.expatreader\nxml.sax.expatreader.create_parser()",
          "import defusedxml.expatreader\ndefusedxml.expatreader.create_parser()"),
    316: ("import xml.dom.expatbuilder\nxml.dom.expatbuilder.parse(path)",
          "import defusedxml.expatbuilder\ndefusedxml.expatbuilder.parse(path)"),
    317: ("import xml.sax\nxml.sax.parse(path, handler)", "import defusedxml.sax\ndefusedxml.sax.parse(path, handler)"),
    318: ("import xml.dom.minidom\nxml.dom.minidom.parse(path)",
          "import defusedxml.minidom\ndefusedxml.minidom.parse(path)"),
    319: ("import xml.dom.pulldom\nxml.dom.pulldom.parse(path)",
          "import defusedxml.pulldom\ndefusedxml.pulldom.parse(path)"),
    321: ("import ftplib\nftplib.FTP(host)", "import paramiko\nparamiko.SFTPClient(channel)"),
    323: ("import ssl\nssl._create_unverified_context()", "import ssl\nssl.create_default_context()"),
    324: ("import hashlib\nhashlib.md5(text)", "import hashlib\nhashlib.md5(text, usedforsecurity=False)"),
    401: ("import telnetlib", "import telemetry"),
    402: ("import ftplib", "import http.client"),
    403: ("import pickle", "import json"),
    404: ("import subprocess", "import shlex"),
    405: ("import xml.etree.ElementTree", "import defusedxml.ElementTree"),
    406: ("import xml.sax", "import defusedxml.sax"),
    407: ("import xml.dom.expatbuilder", "import defusedxml.expatbuilder"),
    408: ("import xml.dom.minidom", "import defusedxml.minidom"),
    409: ("import xml.dom.pulldom", "import defusedxml.pulldom"),
    411: ("import xmlrpc.client", "import jsonrpc.client"),
    412: ("from wsgiref.handlers import CGIHandler", "from wsgiref.simple_server import make_server"),
    413: ("import Crypto.Cipher", "import cryptography"),
    415: ("import pyghmi", "import redfish"),
    501: ("import requests\nrequests.get(url, verify=False, timeout=5)",
          "import requests\nrequests.get(url, verify=bundle, timeout=5)"),
    502: ("import ssl\nssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_SSLv3)",
          "import ssl\nssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLS_CLIENT)"),
    503: ("import ssl\ndef connect(version=ssl.PROTOCOL_SSLv3): ...",
          "import ssl\ndef connect(version=ssl.PROTOCOL_TLS_CLIENT): ..."),
    504: ("import ssl\nssl.wrap_socket(sock)", "import ssl\nssl.create_default_context().wrap_socket(sock)"),
    505: ("from cryptography.hazmat.primitives.asymmetric import rsa\nrsa.generate_private_key(65537, 1024)",
          "from cryptography.hazmat.primitives.asymmetric import rsa\nrsa.generate_private_key(65537, 3072)"),
    506: ("import yaml\nyaml.load(text)", "import yaml\nyaml.load(text, Loader=yaml.SafeLoader)"),
    507: ("from paramiko import client as c\nssh = c.SSHClient()\nssh.set_missing_host_key_policy(c.AutoAddPolicy)",
          "from paramiko import client as c\nssh = c.SSHClient()\nssh.set_missing_host_key_policy(c.RejectPolicy)"),
    508: ('from pysnmp.hlapi import CommunityData\nCommunityData("public", mpModel=0)',
          'from pysnmp.hlapi import CommunityData\nCommunityData("public", mpModel=3)'),
    509: ('from pysnmp.hlapi import UsmUserData\nUsmUserData("name")',
          'from pysnmp.hlapi import UsmUserData\nUsmUserData("name", one, other)'),
    601: ("import paramiko\nparamiko.SSHClient().exec_command(text)",
          "import paramiko\nparamiko.SSHClient().open_sftp()"),
    602: ("import subprocess\nsubprocess.run(command, shell=True)",
          "import subprocess\nsubprocess.run(command, shell=False)"),
    603: ("import subprocess\nsubprocess.run(command)", "import subprocess\nsubprocess.list2cmdline(command)"),
    604: ("start(command, shell=True)", "start(command, shell=False)"),
    605: ("import os\nos.system(command)", "import os\nos.strerror(command)"),
    606: ("import os\nos.execv(program, arguments)", "import os\nos.getenv(program)"),
    607: ('import subprocess\nsubprocess.run(["make"])', 'import subprocess\nsubprocess.run(["/usr/bin/make"])'),
    608: ('query = "SELECT name FROM users WHERE id = " + number', 'query = "SELECT name FROM users WHERE id = ?"'),
    609: ('import os\nos.system("/bin/tar xvf *")', 'import os\nos.system("/bin/tar xvf one.tar")'),
    610: ("from django.contrib.auth.models import User\nUser.objects.filter(name=name).extra(where=[text])",
          'from django.contrib.auth.models import User\nUser.objects.filter(name=name).extra(where=["a = 1"])'),
    611: ("from django.db.models.expressions import RawSQL\nUser.objects.annotate(value=RawSQL(text, []))",
          'from django.db.models.expressions import RawSQL\nUser.objects.annotate(value=RawSQL("SELECT 1", []))'),
    612: ("import logging.config\nlogging.config.listen(9999)",
          "import logging.config\nlogging.config.listen(9999, verify=signed)"),
    613: ("level = 1  # \u202euser", "level = 1  # user"),
    614: ("import torch\ntorch.load(path)", "import torch\ntorch.load(path, weights_only=True)"),
    615: ('from transformers import AutoModel\nAutoModel.from_pretrained("acme/words")',
          'from transformers import AutoModel\nAutoModel.from_pretrained("acme/words", revision="'
           "5d0f2e8a7f6b14b4ec4a6b5f35a8f1fd0c64d8aa" + '")'),
    701: ("import jinja2\njinja2.Environment(autoescape=False)", "import jinja2\njinja2.Environment(autoescape=True)"),
    702: ("import mako.template\nmako.template.Template(text)", "import string\nstring.Template(text)"),
    703: ("from django.utils import safestring\ndef shown(text):\n    return safestring.mark_safe(text)",
          'from django.utils import safestring\ndef shown():\n    return safestring.mark_safe("<br>")'),
    704: ("from markupsafe import Markup\nMarkup(text)", 'from markupsafe import Markup\nMarkup("<br>")'),
}  # fmt: skip
"""The fault and its twin, by bandit's number."""


def planted_code() -> Iterator[Planted]:
    """One tree for all: each file in a top folder of its own, since that is what a rule says it looked at."""
    head: dict[str, str] = {}
    cases: list[Case] = []
    for number, pair in PAIRS.items():
        for text, fires in zip(pair, (True, False), strict=True):
            folder = f"b{number}-{'fails' if fires else 'passes'}"
            head[f"{folder}/code.py"] = f"{text}\n"
            what = "what B{} looks for" if fires else "what looks like B{} and is not"
            cases.append(Case(fault=what.format(number), rules=(rule_id(f"B{number}"),), folder=folder, fires=fires))
    shown = rule_id(_SHOWN)
    family = (shown, *(rule.id for rule in RULES if rule.id != shown))
    for one in examples("security", PAGE):
        folder = f"{PAGE}-{'fails' if one.fires else 'passes'}"
        head.update({f"{folder}/{path}": text for path, text in one.files.items()})
        way = "fails" if one.fires else "passes"
        cases.append(
            Case(fault=f"the example of the page {PAGE} that {way}", rules=family, folder=folder, fires=one.fires)
        )
    yield Planted(head=head, cases=tuple(cases), settings={"kinds": ["code"], "python": "bandit"})
