"""The subcommands of `wangge`, one file each."""
