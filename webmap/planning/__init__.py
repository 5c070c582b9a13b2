"""The planner's pages: drafts of new lines beside today's, what they would change, and their way into force."""
