"""What happens by itself: Celery."""
