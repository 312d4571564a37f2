"""The demo: three customers, two people of finance, an outage and a kill -9, told so that everybody can follow it."""
