"""What runs in the environments of other tools, without this project's packages."""
