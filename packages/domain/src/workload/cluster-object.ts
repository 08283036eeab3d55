import type { Owner } from './observation.ts';
import type { PodTemplate } from './workload.ts';

/**
 * What a rollback may remove where the release has created it and a person has chosen it. Never what holds data or holds others:
 * PersistentVolumeClaims, PersistentVolumes, Secrets, Namespaces, CustomResourceDefinitions.
 */
export const removableKinds = [
  'ConfigMap',
  'Service',
  'Job',
  'CronJob',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
  'HTTPRoute',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
] as const;
export type RemovableKind = (typeof removableKinds)[number];

export function isRemovableKind(kind: string): kind is RemovableKind {
  return (removableKinds as readonly string[]).includes(kind);
}

export interface ObjectRef {
  kind: RemovableKind;
  name: string;
}

/** As a command names it: `CronJob/checkout-backfill`. */
export const namedObject = ({ kind, name }: ObjectRef) => `${kind}/${name}`;

/** "CronJob checkout-backfill" */
export const objectInWords = ({ kind, name }: ObjectRef) => `${kind} ${name}`;

/** An object of a cluster by what it says of itself, without what it holds. */
export interface ListedObject extends ObjectRef {
  uid: string;
  /** By the cluster's clock, in whole seconds; null where it does not tell. */
  createdAt: number | null;
  labels: Record<string, string>;
  /** It is deleted with another object. */
  belongs: boolean;
  beingDeleted: boolean;
  owner: Owner;
  /** "Deployment basket": what names it besides the service, as far as that was asked. */
  usedBy: string[];
  /** The rule that Lastgood's role lacks to remove it; null where it has it, or nobody could ask. */
  lacks: string | null;
}

/** What could not be listed, and why. */
export interface UnreadKind {
  kind: RemovableKind;
  reason: string;
}

/** Which objects of a service were there before a release. */
export type ObjectsBefore =
  | {
      kind: 'known';
      objects: (ObjectRef & { uid: string })[];
      unread: RemovableKind[];
      /** Told when the release was there already: what is older than this was there before it, as far as anybody can tell. */
      since?: number;
    }
  | { kind: 'unknown'; reason: string };

/** What is counted as before the release although it is a little after: two clocks may differ by as much. */
export const clocksDifferMs = 60_000;

/** As many objects of a service are recorded at a registration; where there are more, nothing is known of what is new. */
export const mostObjectsBefore = 200;

/** Labels that say whose an object is, the most telling first. `part-of` says it of a whole system. */
export const ownerLabels = [
  'app.kubernetes.io/name',
  'app',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/part-of',
] as const;

export type OwnerLabels = Partial<Record<(typeof ownerLabels)[number], string>>;

/** Of each template the labels that say whose it is; those that have none are left out. */
export function ownerLabelsOf(templates: readonly PodTemplate[]): OwnerLabels[] {
  const found = templates.map(({ metadata }) => {
    const labels = isRecord(metadata) && isRecord(metadata.labels) ? metadata.labels : {};
    const own = ownerLabels.flatMap((key) => (typeof labels[key] === 'string' ? [[key, labels[key]]] : []));
    return Object.fromEntries(own) as OwnerLabels;
  });
  const kept = new Map(found.map((own) => [JSON.stringify(own), own]));
  kept.delete('{}');
  return [...kept.values()];
}

/**
 * By which label an object is of the service: one that is equal, while none that both have differs. Null where it is somebody
 * else's, or says nothing.
 */
export function ownedBy(
  labels: Readonly<Record<string, string>>,
  own: readonly OwnerLabels[],
): (typeof ownerLabels)[number] | null {
  for (const one of own) {
    const both = ownerLabels.filter((key) => one[key] !== undefined && labels[key] !== undefined);
    const [first] = both;
    if (first !== undefined && both.every((key) => one[key] === labels[key])) return first;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
