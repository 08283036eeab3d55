import type { Owner } from '@lastgood/domain/workload/observation';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';

/** A controller that may put its own version back, by marks that do not tell whether it does. */
export function possibleController(meta: ServedMeta): Owner | null {
  return fleet(meta) ?? kapp(meta) ?? argoCdByLabel(meta);
}

/** Corrects changes only where `correctDrift` is on. https://fleet.rancher.io/ref-fleet-yaml */
function fleet(meta: ServedMeta): Owner | null {
  const annotation = 'objectset.rio.cattle.io/id';
  const id = meta.annotations?.[annotation];
  return id
    ? { kind: 'possible-controller', name: 'Fleet', evidence: `annotation ${annotation}: ${id}` }
    : null;
}

/** The command line sets the same label as the controller. https://carvel.dev/kapp/docs/latest/apply/ */
function kapp(meta: ServedMeta): Owner | null {
  const label = 'kapp.k14s.io/app';
  const app = meta.labels?.[label];
  return app
    ? { kind: 'possible-controller', name: 'kapp-controller', evidence: `label ${label}: ${app}` }
    : null;
}

/**
 * The label by which Argo CD tracked by default up to version 2, and which charts set for their own ends. What Helm itself has
 * installed carries an annotation that Argo CD, which only renders charts, does not set.
 * https://argo-cd.readthedocs.io/en/release-2.9/user-guide/resource_tracking/
 */
function argoCdByLabel(meta: ServedMeta): Owner | null {
  const label = 'app.kubernetes.io/instance';
  const instance = meta.labels?.[label];
  if (!instance || meta.annotations?.['meta.helm.sh/release-name'] !== undefined) return null;
  const evidence = `label ${label}: ${instance}, which charts set, too`;
  return { kind: 'possible-controller', name: 'Argo CD', evidence };
}
