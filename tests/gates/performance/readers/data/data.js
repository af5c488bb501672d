window.BENCHMARK_DATA = {
  "lastUpdate": 1700000300000,
  "repoUrl": "https://github.com/acme/sums",
  "entries": {
    "Rust": [
      {"commit": {"author": {"name": "Ann"}, "id": "aaaa", "message": "one", "timestamp": "2023-11-14T22:13:20Z"}, "date": 1700000000000, "tool": "cargo",
       "benches": [{"name": "sum", "value": 2000, "range": "± 12", "unit": "ns/iter"}]},
      {"commit": {"id": "bbbb"}, "date": 1700000100000, "tool": "cargo",
       "benches": [{"name": "sum", "value": 2100, "range": "± 13.5", "unit": "ns/iter"}, {"name": "new", "value": 5, "range": "± 0", "unit": "ns/iter"}]},
      {"commit": {"id": "bbbb"}, "date": 1700000300000, "tool": "cargo",
       "benches": [{"name": "sum", "value": 2050, "range": "± 11", "unit": "ns/iter"}]}
    ],
    "Go": [
      {"commit": {"id": "bbbb"}, "date": 1700000110000, "tool": "go",
       "benches": [
         {"name": "BenchmarkFold", "value": 325, "unit": "ns/op\t4096 B/op", "extra": "5000 times\n8 procs"},
         {"name": "BenchmarkFold - ns/op", "value": 325, "unit": "ns/op", "extra": "5000 times\n8 procs"},
         {"name": "BenchmarkFold", "value": 335, "unit": "ns/op\t4096 B/op", "extra": "5000 times\n8 procs"},
         {"name": "BenchmarkFold - ns/op", "value": 335, "unit": "ns/op", "extra": "5000 times\n8 procs"},
         {"name": "BenchmarkFold - B/op", "value": 4096, "unit": "B/op", "extra": "5000 times\n8 procs"}]}
    ],
    "Python": [
      {"commit": {"id": "bbbb"}, "date": 1700000120000, "tool": "pytest",
       "benches": [{"name": "test_sums.py::test_sum[10]", "value": 2796109.37, "range": "stddev: 4.7e-8", "unit": "iter/sec", "extra": "mean: 357 nsec\nrounds: 5"}]}
    ],
    "Browser": [
      {"commit": {"id": "bbbb"}, "date": 1700000130000, "tool": "benchmarkjs",
       "benches": [{"name": "fib(20)", "value": 12146, "range": "±0.50%", "unit": "ops/sec", "extra": "91 samples"}]}
    ],
    "Ours": [
      {"commit": {"id": "bbbb"}, "date": 1700000140000, "tool": "customSmallerIsBetter",
       "benches": [{"name": "sum", "value": 7.5, "unit": "Megabytes"}, {"name": "errors", "value": 0, "unit": "Percent"}]}
    ],
    "Scores": [
      {"commit": {"id": "bbbb"}, "date": 1700000150000, "tool": "customBiggerIsBetter",
       "benches": [{"name": "score", "value": 91, "unit": "points"}]}
    ]
  }
}
