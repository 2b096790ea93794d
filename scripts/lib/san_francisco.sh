# Sourced by scripts/run and scripts/journeys: opens San Francisco's open data (see docs/import.md) as territory "sf".
# Expects a function quadrille.

has_facts() { quadrille territory show "$1" 2> /dev/null | grep -q 'facts'; }

# open_san_francisco FOLDER
open_san_francisco() {
  step "importing San Francisco (878,049 rows)"
  quadrille territory create sf --name "San Francisco" --crs EPSG:32610 --time-zone America/Los_Angeles
  quadrille territory sectors sf "$1/neighborhoods.geojson" --name-property name
  quadrille territory streets sf --nodes "$1/street_nodes.csv.zst" --edges "$1/street_edges.csv.zst"
  quadrille import "$1/incidents.csv.zst" --mapping mappings/san-francisco.json --territory sf
  quadrille territory calendar sf --infer
}

# open_to_demonstration SLUG: the data are public, so the accounts of the demonstration may look at them too.
open_to_demonstration() {
  quadrille territory service "$1" --code police --name "Police"
  local role
  for role in patrol analyst commander duty_officer prefecture municipal partner; do
    quadrille account grant "demo-$role" --role "$role" --territory "$1" --service police --act "open data" --public-data
  done
}
