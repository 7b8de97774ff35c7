"""What is kept confidential about a child: addresses, and the health detail."""
