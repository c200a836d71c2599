"""How gunicorn serves the application. The number of workers is WEB_CONCURRENCY, 1 by default."""

bind = "0.0.0.0:8000"
worker_class = "workers.RenumWorker"
# One import for all workers.
preload_app = True
accesslog = "-"
