import type { Owner } from '@lastgood/domain/workload/observation';
import { describe, expect, it } from 'vitest';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';
import { ownerOf } from './owner.ts';

const meta = (more: Partial<ServedMeta>): ServedMeta => ({ name: 'web', uid: 'u', ...more });
const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };

describe('ownerOf', () => {
  it.each<[string | undefined, Owner['kind'], Partial<ServedMeta>]>([
    [undefined, 'nobody', {}],
    [undefined, 'nobody', { annotations: { note: 'hello' } }],
    [
      undefined,
      'nobody',
      { ownerReferences: [{ apiVersion: 'app.k8s.io/v1beta1', kind: 'Application', name: 'web', uid: 'a' }] },
    ],
    ['Argo CD', 'possible-controller', { labels: { 'app.kubernetes.io/instance': 'web' } }],
    [
      'Argo CD',
      'possible-controller',
      { labels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/managed-by': 'Helm' } },
    ],
    [
      'Argo CD',
      'possible-controller',
      { labels: { 'app.kubernetes.io/instance': 'web' }, annotations: applied },
    ],
    [
      'Helm',
      'package-manager',
      {
        labels: { 'app.kubernetes.io/instance': 'web' },
        annotations: { 'meta.helm.sh/release-name': 'web' },
      },
    ],
    [
      'Argo CD',
      'git-controller',
      {
        labels: { 'app.kubernetes.io/instance': 'web' },
        managedFields: [{ manager: 'kube-controller-manager' }, { manager: 'argocd-controller' }],
      },
    ],
    [
      'Fleet',
      'possible-controller',
      { annotations: { 'objectset.rio.cattle.io/id': 'x', 'meta.helm.sh/release-name': 'web' } },
    ],
    ['kapp-controller', 'possible-controller', { labels: { 'kapp.k14s.io/app': '1600000000' } }],
    [
      'Config Sync',
      'git-controller',
      { annotations: { ...applied, 'configmanagement.gke.io/managed': 'enabled' } },
    ],
    [undefined, 'nobody', { annotations: { 'configmanagement.gke.io/managed': 'disabled' } }],
    [
      'the addon manager',
      'delivery-controller',
      { labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' }, annotations: applied },
    ],
    [
      'kubectl apply',
      'manual-apply',
      { labels: { 'addonmanager.kubernetes.io/mode': 'EnsureExists' }, annotations: applied },
    ],
    [
      'ClusterServiceVersion db.v1',
      'unknown-controller',
      { labels: { 'olm.owner': 'db.v1', 'olm.owner.kind': 'ClusterServiceVersion' } },
    ],
    [
      'Kafka events',
      'unknown-controller',
      {
        annotations: applied,
        ownerReferences: [
          {
            apiVersion: 'kafka.strimzi.io/v1beta2',
            kind: 'Kafka',
            name: 'events',
            uid: 'k',
            controller: true,
          },
        ],
      },
    ],
    ['kubectl apply', 'manual-apply', { annotations: applied }],
    ['Helm', 'package-manager', { annotations: { ...applied, 'meta.helm.sh/release-name': 'web' } }],
    ['Helm', 'package-manager', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
    [
      'Argo CD',
      'git-controller',
      { annotations: { ...applied, 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } },
    ],
    ['Argo CD', 'git-controller', { labels: { 'argocd.argoproj.io/instance': 'shop' } }],
    [
      'Argo CD',
      'git-controller',
      {
        labels: { 'app.kubernetes.io/instance': 'shop' },
        annotations: { 'argocd.argoproj.io/sync-wave': '1' },
      },
    ],
    ['Flux', 'git-controller', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }],
    [
      'Flux',
      'git-controller',
      { labels: { 'helm.toolkit.fluxcd.io/name': 'web', 'app.kubernetes.io/managed-by': 'Helm' } },
    ],
    [
      'Flagger',
      'delivery-controller',
      { ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'web', uid: 'c' }] },
    ],
    [
      'Argo Rollouts',
      'delivery-controller',
      { ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: 'r' }] },
    ],
  ])('finds %s', (name, kind, more) => {
    const owner = ownerOf(meta(more));
    expect(owner.kind).toBe(kind);
    if (owner.kind === 'nobody') return expect(name).toBeUndefined();
    expect(owner.name).toBe(name);
    expect(owner.evidence.length).toBeGreaterThan(10);
  });
});
