import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';

/*
 * What is read of the objects of Git controllers. Their schemas are those of whoever installed them: what does not read so is
 * told, never guessed.
 */

const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const text = Type.String();
const condition = Type.Object({ type: text, status: optional(text), message: optional(text) });
const metadata = Type.Object({
  uid: text,
  generation: optional(Type.Number()),
  annotations: optional(Type.Record(text, text)),
});

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications */
export const servedApplication = Type.Object({
  metadata,
  spec: Type.Object({
    source: optional(Type.Object({ repoURL: optional(text), targetRevision: optional(text) })),
    sources: optional(Type.Array(Type.Unknown())),
    syncPolicy: optional(
      Type.Object({ automated: optional(Type.Object({ enabled: optional(Type.Boolean()) })) }),
    ),
  }),
  status: optional(
    Type.Object({
      sync: optional(Type.Object({ status: optional(text), revision: optional(text) })),
      health: optional(Type.Object({ status: optional(text) })),
      operationState: optional(Type.Object({ phase: optional(text), message: optional(text) })),
      conditions: optional(Type.Array(condition)),
    }),
  ),
});

/** https://fluxcd.io/flux/components/kustomize/kustomizations/ */
export const servedKustomization = Type.Object({
  metadata,
  spec: Type.Object({
    suspend: optional(Type.Boolean()),
    sourceRef: Type.Object({ kind: text, name: text, namespace: optional(text) }),
  }),
  status: optional(
    Type.Object({
      observedGeneration: optional(Type.Number()),
      lastAppliedRevision: optional(text),
      lastAttemptedRevision: optional(text),
      lastHandledReconcileAt: optional(text),
      conditions: optional(Type.Array(condition)),
    }),
  ),
});

/** https://fluxcd.io/flux/components/source/gitrepositories/ */
export const servedGitRepository = Type.Object({
  metadata,
  spec: Type.Object({
    url: text,
    suspend: optional(Type.Boolean()),
    ref: optional(
      Type.Object({
        branch: optional(text),
        tag: optional(text),
        semver: optional(text),
        name: optional(text),
        commit: optional(text),
      }),
    ),
  }),
  status: optional(Type.Object({ conditions: optional(Type.Array(condition)) })),
});

export type ServedApplication = Static<typeof servedApplication>;
export type ServedKustomization = Static<typeof servedKustomization>;
export type ServedGitRepository = Static<typeof servedGitRepository>;

/** https://fluxcd.io/flux/components/image/imageupdateautomations/ */
const servedAutomations = Type.Object({
  items: Type.Array(
    Type.Object({
      metadata: Type.Object({ name: text, namespace: text }),
      spec: Type.Object({
        suspend: optional(Type.Boolean()),
        sourceRef: Type.Object({ kind: optional(text), name: text, namespace: optional(text) }),
        git: optional(Type.Object({ push: optional(Type.Object({ branch: optional(text) })) })),
      }),
    }),
  ),
});

export type ServedAutomations = Static<typeof servedAutomations>;
export const isAutomations = (body: unknown): body is ServedAutomations => Check(servedAutomations, body);

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/ : which versions of a group are served. */
const servedGroup = Type.Object({ preferredVersion: Type.Object({ groupVersion: text }) });
export const isGroup = (body: unknown): body is Static<typeof servedGroup> => Check(servedGroup, body);
