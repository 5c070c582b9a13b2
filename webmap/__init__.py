"""Who sees what: Flask pages and Folium maps, a folder per user."""
