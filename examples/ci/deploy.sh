#!/bin/sh
# Deploys one image with Lastgood watching: deploy.sh VERSION IMAGE. Needs `kubectl`, and `lastgood` (apps/cli/bin/lastgood.mjs
# of a clone, after `npm ci`) with LASTGOOD_URL and LASTGOOD_TOKEN.
set -eu
version=$1
image=$2

# Before anything is applied: what serves now becomes the way back. Ends with 4 when this image was taken back before.
# A pipeline that is started again under the same key is the same deployment.
id=$(lastgood register --service production/shop/checkout --version "$version" --image "app=$image" \
  --commit "${COMMIT:-}" --pipeline-url "${PIPELINE_URL:-}" --key "${PIPELINE_KEY:-}")

if ! kubectl --namespace shop set image deployment/checkout "app=$image"; then
  lastgood fail "$id" --detail 'the image could not be set'
  exit 1
fi

# Waits until its own pods are seen serving. Ends with 6 when the rollout was not complete within the service's stableTimeout,
# with 7 when this command's own --timeout is over first; Lastgood watches it on and can take it back.
lastgood complete "$id"

# Optional. Until verified (0), unproven (1) or taken back (5): the end of the watch window.
lastgood watch "$id"
