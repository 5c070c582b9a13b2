"""Maps for meetings: coloured maps over months and hours, on the site and in one file of their own."""
