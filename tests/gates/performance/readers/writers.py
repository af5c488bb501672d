"""Files of one benchmark with the samples that a test wants, in the formats that have samples."""

from __future__ import annotations

import json

from gates.performance.readers.lines import of


def pytest_benchmark(samples: str, name: str = "t") -> str:
    test = f'{{"fullname":{json.dumps(name)},"stats":{{"data":[{samples}]}}}}'
    return f'{{"machine_info":{{}},"benchmarks":[{test}]}}'


def pyperf(samples: str) -> str:
    return f'{{"version":"1.0","benchmarks":[{{"metadata":{{"name":"t"}},"runs":[{{"values":[{samples}]}}]}}]}}'


def google(samples: str) -> str:
    rows = ",".join(f'{{"run_name":"t","real_time":{sample}}}' for sample in samples.split(","))
    return f'{{"context":{{}},"benchmarks":[{rows}]}}'


def jmh(samples: str) -> str:
    metric = f'{{"scoreUnit":"s/op","rawData":[[{samples}]]}}'
    return f'[{{"benchmark":"t","mode":"avgt","primaryMetric":{metric}}}]'


def dotnet(samples: str) -> str:
    statistics = f'{{"OriginalValues":[{samples}]}}'
    return f'{{"HostEnvironmentInfo":{{}},"Benchmarks":[{{"FullName":"t","Statistics":{statistics}}}]}}'


def hyperfine(samples: str) -> str:
    return f'{{"results":[{{"command":"t","times":[{samples}]}}]}}'


def asv(samples: str) -> str:
    results = f'{{"time_t":[[1],[],[[{samples}]]]}}'
    return f'{{"result_columns":["result","params","samples"],"version":2,"results":{results}}}'


def own(samples: str) -> str:
    return f'{{"sluicegate-performance":1,"readings":[{{"benchmark":"t","processes":[[{samples}]]}}]}}'


SAMPLED = [pytest_benchmark, pyperf, jmh, dotnet, hyperfine, asv, own]


def refused(content: str | bytes) -> str:
    """Why the only benchmark of a file is refused."""
    results = of(content)
    assert results.readings == ()
    (one,) = results.refused
    assert one.benchmark.removeprefix("time_") == "t"
    return one.why
