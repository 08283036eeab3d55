import { CONTROLLER_REVISIONS } from '../kinds/controller-revision-kind.ts';
import {
  type ControllerRevision,
  controllerOf,
  type JsonObject,
  type KubeObject,
  type PodTemplate,
} from '../objects.ts';
import { canonicalJson, templateHash } from '../seeded-names.ts';
import type { Storage } from '../storage.ts';
import type { ControllerWrites } from './controller-writes.ts';

/**
 * The history of a StatefulSet or DaemonSet: one ControllerRevision per template. A template that comes back keeps
 * its revision object, which then gets the highest number.
 */

export function revisionsOf(storage: Storage, owner: KubeObject): ControllerRevision[] {
  const all = storage.list(CONTROLLER_REVISIONS.plural, owner.metadata.namespace) as ControllerRevision[];
  return all
    .filter((revision) => controllerOf(revision)?.uid === owner.metadata.uid)
    .sort((a, b) => a.revision - b.revision);
}

export function templateOf(revision: ControllerRevision): PodTemplate {
  const { $patch: _patch, ...template } = revision.data.spec.template;
  return template as unknown as PodTemplate;
}

/** The revision of the owner's current template, created or renumbered as needed. */
export function syncRevision(
  writes: ControllerWrites,
  revisions: ControllerRevision[],
  owner: KubeObject & { spec: { template: PodTemplate } },
  shape: { hashLabel: string; annotations?: Record<string, string>; labels: Record<string, string> },
): ControllerRevision {
  const { template } = owner.spec;
  const last = revisions.at(-1);
  const next = (last?.revision ?? 0) + 1;
  const existing = revisions.find(
    (revision) => canonicalJson(templateOf(revision)) === canonicalJson(template),
  );
  if (existing && existing === last) return existing;
  if (existing) return writes.update(CONTROLLER_REVISIONS, { ...existing, revision: next });
  const { apiVersion, kind, metadata } = owner;
  const hash = templateHash(template);
  return writes.create(CONTROLLER_REVISIONS, metadata.namespace, {
    metadata: {
      name: `${metadata.name}-${hash}`,
      labels: { ...shape.labels, [shape.hashLabel]: hash },
      annotations: shape.annotations,
      ownerReferences: [
        {
          apiVersion,
          kind,
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    data: { spec: { template: { $patch: 'replace', ...(template as unknown as JsonObject) } } },
    revision: next,
  });
}

/** Drops the oldest revisions that nothing runs any more. */
export function truncateHistory(
  writes: ControllerWrites,
  revisions: ControllerRevision[],
  inUse: Set<string>,
  limit: number,
): void {
  const unused = revisions.filter((revision) => !inUse.has(revision.metadata.name));
  for (const revision of unused.slice(0, Math.max(0, unused.length - limit))) {
    writes.remove(CONTROLLER_REVISIONS, revision);
  }
}
