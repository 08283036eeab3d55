import type { JsonObject, KubeObject } from '../objects.ts';
import { customKind, integerCauses } from './custom-kind.ts';
import { defineKind } from './define-kind.ts';
import type { Cause, DefaultsContext } from './kind-definition.ts';

/**
 * An Application of Argo CD: no status subresource, so every write of its status counts as a generation.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications
 */
export const APPLICATIONS = defineKind({
  ...customKind,
  subresources: [],
  generation: 'all-but-metadata',
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Application',
  plural: 'applications',
  singular: 'application',
  shortNames: ['app', 'apps'],
  fields: {
    spec: {
      fields: {
        project: 'string',
        source: 'object',
        sources: 'any',
        destination: 'object',
        ignoreDifferences: 'any',
        revisionHistoryLimit: 'any',
        syncPolicy: {
          fields: {
            automated: { fields: { prune: 'any', selfHeal: 'any', allowEmpty: 'any', enabled: 'any' } },
            syncOptions: 'any',
            retry: 'object',
            managedNamespaceMetadata: 'object',
          },
        },
      },
    },
    operation: 'object',
    status: 'object',
  },
  validate({ spec }) {
    const { revisionHistoryLimit } = (spec ?? {}) as { revisionHistoryLimit?: unknown };
    const limits: [number, number] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    return integerCauses(revisionHistoryLimit, 'spec.revisionHistoryLimit', limits);
  },
});

const flux = {
  ...customKind,
  setDefaults: (object: KubeObject, { isNew }: Pick<DefaultsContext, 'isNew'>) => {
    if (isNew) object.status ??= { observedGeneration: -1 };
  },
  validate: (object: KubeObject) => suspendCauses(object),
};

/** https://fluxcd.io/flux/components/source/gitrepositories/ */
export const GIT_REPOSITORIES = defineKind({
  ...flux,
  group: 'source.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'GitRepository',
  plural: 'gitrepositories',
  singular: 'gitrepository',
  shortNames: ['gitrepo'],
  fields: { spec: 'object', status: 'object' },
  setDefaults(object, context) {
    flux.setDefaults(object, context);
    const spec = object.spec as JsonObject | undefined;
    if (spec) spec.timeout ??= '60s';
  },
});

/** https://fluxcd.io/flux/components/kustomize/kustomizations/ */
export const KUSTOMIZATIONS = defineKind({
  ...flux,
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
  plural: 'kustomizations',
  singular: 'kustomization',
  shortNames: ['ks'],
  fields: { spec: 'object', status: 'object' },
});

/** https://fluxcd.io/flux/components/image/imageupdateautomations/ ; nobody moves images here. */
export const IMAGE_UPDATE_AUTOMATIONS = defineKind({
  ...flux,
  group: 'image.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'ImageUpdateAutomation',
  plural: 'imageupdateautomations',
  singular: 'imageupdateautomation',
  shortNames: ['iua'],
  fields: { spec: 'object', status: 'object' },
});

function suspendCauses({ spec }: KubeObject): Cause[] {
  const { suspend } = (spec ?? {}) as { suspend?: unknown };
  if (suspend === undefined || typeof suspend === 'boolean') return [];
  const found = `"${typeof suspend === 'string' ? 'string' : typeof suspend}"`;
  const message = `Invalid value: ${found}: spec.suspend in body must be of type boolean: ${found}`;
  return [{ reason: 'FieldValueTypeInvalid', message, field: 'spec.suspend' }];
}
