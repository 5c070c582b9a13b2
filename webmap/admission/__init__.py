"""The pages of admitted work: the public list, consents, an agency's orders, the ledger, answers given once."""
