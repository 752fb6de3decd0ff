"""The dashboard: layout, live streams, shelves, images, module and rights."""
