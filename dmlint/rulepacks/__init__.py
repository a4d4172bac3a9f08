"""Rule packs: TOML tables that become rules, and the catalogue of what they know of the world."""
