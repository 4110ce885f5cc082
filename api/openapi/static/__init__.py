"""The reference page: plain files, served as they are; nothing in them comes from elsewhere."""
