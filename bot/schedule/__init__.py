"""The schedule: ticks that look for reminders due. What is due lives in our tables, never in the scheduler."""
