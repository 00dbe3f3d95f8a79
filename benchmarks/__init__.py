"""What is measured, one command each: ``python -m benchmarks [NAME…] [--json FILE] [--quick]``."""
