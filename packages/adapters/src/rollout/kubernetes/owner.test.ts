import { describe, expect, it } from 'vitest';
import { ownerOf } from './owner.ts';
import type { ServedMeta } from './served-objects.ts';

const meta = (more: Partial<ServedMeta>): ServedMeta => ({ name: 'web', uid: 'u', ...more });
const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };

describe('ownerOf', () => {
  it.each<[string, Partial<ServedMeta>]>([
    ['nobody', {}],
    ['nobody', { labels: { 'app.kubernetes.io/instance': 'web' }, annotations: { note: 'hello' } }],
    ['kubectl-apply', { annotations: applied }],
    ['helm', { annotations: { ...applied, 'meta.helm.sh/release-name': 'web' } }],
    ['helm', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
    [
      'argo-cd',
      { annotations: { ...applied, 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } },
    ],
    ['argo-cd', { labels: { 'argocd.argoproj.io/instance': 'shop' } }],
    [
      'argo-cd',
      {
        labels: { 'app.kubernetes.io/instance': 'shop' },
        annotations: { 'argocd.argoproj.io/sync-wave': '1' },
      },
    ],
    ['flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }],
    ['flux', { labels: { 'helm.toolkit.fluxcd.io/name': 'web', 'app.kubernetes.io/managed-by': 'Helm' } }],
    [
      'flagger',
      { ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'web', uid: 'c' }] },
    ],
    [
      'argo-rollouts',
      { ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: 'r' }] },
    ],
  ])('finds %s', (kind, more) => {
    const owner = ownerOf(meta(more));
    expect(owner.kind).toBe(kind);
    if (owner.kind !== 'nobody') expect(owner.evidence.length).toBeGreaterThan(10);
  });
});
