import type { TemplateSeen, TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import { lastApplied } from './field-ownership.ts';
import type { ServedWorkload } from './served-objects.ts';

/** Names the run and step that wrote the template last. */
export const operationAnnotation = 'lastgood.dev/operation';

export interface PatchOperation {
  op: 'test' | 'add' | 'replace' | 'remove';
  path: string;
  /** Of a removal there is none. */
  value?: unknown;
}

interface Fence {
  /** Counts changes of the spec, never of the status. */
  generation: number;
  /** Changes with every write of the object. */
  resourceVersion: string;
  /** Whether the object carries notes of anybody. The first is fenced by `resourceVersion`, a further one by `generation`. */
  annotated: boolean;
  /** What a client-side apply wrote down last; null where it never did. */
  lastApplied: string | null;
}

export function fenceOf(metadata: ServedWorkload['metadata']): Fence {
  return {
    generation: metadata.generation ?? 0,
    resourceVersion: metadata.resourceVersion ?? '',
    annotated: Boolean(metadata.annotations),
    lastApplied: metadata.annotations?.[lastApplied] ?? null,
  };
}

/**
 * The write with its fence inside. `uid` notices an object deleted and made again, `generation` every change of the spec
 * since it was read, while status writes, which are many just when a rollout goes wrong, pass. `spec.replicas` is not
 * touched: an autoscaler or a person owns it.
 * https://datatracker.ietf.org/doc/html/rfc6902#section-4.6
 */
export function fencedPatch(seen: TemplateSeen, target: TemplateTarget, operation: string): PatchOperation[] {
  const { generation, resourceVersion, annotated, lastApplied: written } = seen.fence as Fence;
  const fence: PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: seen.uid },
    { op: 'test', path: '/metadata/generation', value: generation },
  ];
  const template: PatchOperation = { op: 'replace', path: '/spec/template', value: target.template };
  if (annotated) {
    const note: PatchOperation = { op: 'add', path: pathOf(operationAnnotation), value: operation };
    return [...fence, ...rewritten(written, target.applied?.lastApplied ?? null), template, note];
  }
  // A member cannot be added to a map that is not there, and adding the map would replace one that somebody else has made
  // since. On StatefulSets and DaemonSets an annotation does not count as a generation, so here the whole object is fenced.
  return [
    ...fence,
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    template,
    { op: 'add', path: '/metadata/annotations', value: { [operationAnnotation]: operation } },
  ];
}

/**
 * kubectl's client-side apply removes what it wrote down as applied and finds in the manifest no more. So it must find what it
 * wrote down at the target, or its next apply leaves behind what only the target had.
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
 */
function rewritten(written: string | null, recorded: string | null): PatchOperation[] {
  if (written === null || recorded === null || written === recorded) return [];
  const path = pathOf(lastApplied);
  return [
    { op: 'test', path, value: written },
    { op: 'replace', path, value: recorded },
  ];
}

function pathOf(annotation: string): string {
  return `/metadata/annotations/${annotation.replace('/', '~1')}`;
}
