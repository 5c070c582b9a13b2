"""The commander: the board and the queue."""
