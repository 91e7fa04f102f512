"""The application: transports, use cases, handlers, views, schedule, jobs and the command line."""
