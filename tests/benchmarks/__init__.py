"""Benchmarks, one `bench_NAME.py` each; run by `python3 packaging/dev.py bench [NAME]`. README.md: how to add one."""
