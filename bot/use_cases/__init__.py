"""What people can do, one callable each: checks the right, changes what is stored, owes the messages."""
