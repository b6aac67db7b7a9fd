"""The server of `tilewright mcp`: its tools, the processes that they run in, and the protocol."""
