"""Service windows on the road (巡回服务): their days, the road through them, what was done in its own units."""
