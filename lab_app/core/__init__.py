"""The kernel: gates, the request's edge, audit, time, files, jobs. It knows nothing of a laboratory's rooms."""
