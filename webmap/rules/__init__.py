"""The rules pages: what is live, drafts, their trial on past cases, the weights of the choice among members."""
