"""Papers on their way to the customer: letters, bounces, the forms and words of deliveries."""
