"""What enterprises ask of the register beyond one look-up: does a paper cover a product, a list at once, receipts that last."""
