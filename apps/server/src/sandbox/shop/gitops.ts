import type { ShownWay } from './shown-way.ts';

/** A repository that Argo CD brings out. */
export const gitops: ShownWay = {
  declares: {
    reviews: {
      rollback: {
        gitops: {
          ...{ repository: 'shop-reviews', branch: 'main', path: 'apps/reviews' },
          application: { kind: 'Application', namespace: 'argocd', name: 'reviews' },
        },
      },
    },
  },
  configures: ({ repository }) =>
    repository
      ? { git: [{ kind: 'git', name: 'shop-reviews', clusters: null, settings: { url: repository } }] }
      : {},
};
