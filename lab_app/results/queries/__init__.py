"""Questions about jobs, lines and readings: a constant number of statements, however many lines a job has."""
from lab_app.results.queries.jobs import in_house_jobs, job_by_code, jobs_of_request, jobs_of_sample, my_jobs
from lab_app.results.queries.lines import (
    EXCEPTION_WORDS,
    ExceptionCount,
    exceptions,
    lines_for_report,
    live_lines,
)

__all__ = [
    "EXCEPTION_WORDS", "ExceptionCount", "exceptions", "in_house_jobs", "job_by_code", "jobs_of_request", "jobs_of_sample",
    "lines_for_report", "live_lines", "my_jobs",
]
