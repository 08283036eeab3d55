import type { ServedMeta } from './served-meta.ts';

/** Names the run and step that wrote the object last. */
export const operationAnnotation = 'lastgood.dev/operation';

/** https://datatracker.ietf.org/doc/html/rfc6902#section-4 */
export interface PatchOperation {
  op: 'test' | 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

/** A key as a part of a path: https://datatracker.ietf.org/doc/html/rfc6901#section-3 */
export function pointerPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function annotationPath(annotation: string): string {
  return `/metadata/annotations/${pointerPart(annotation)}`;
}

/**
 * Leaves the note on the object, in the same write. A member cannot be added to a map that is not there, and adding the map
 * would replace one that somebody else has made since: there the whole object is fenced.
 */
export function noteOperation(
  { annotations, resourceVersion }: Pick<ServedMeta, 'annotations' | 'resourceVersion'>,
  operation: string,
): PatchOperation[] {
  if (annotations) return [{ op: 'add', path: annotationPath(operationAnnotation), value: operation }];
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion ?? '' },
    { op: 'add', path: '/metadata/annotations', value: { [operationAnnotation]: operation } },
  ];
}
