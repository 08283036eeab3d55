import type { TemplateSeen, TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';

/** Names the run and step that wrote the template last. */
export const operationAnnotation = 'lastgood.dev/operation';

export interface PatchOperation {
  op: 'test' | 'add' | 'replace';
  path: string;
  value: unknown;
}

/**
 * The write with its fence inside. `uid` notices an object deleted and made again, `generation` every change of the spec
 * since it was read, while status writes, which are many just when a rollout goes wrong, pass. `spec.replicas` is not
 * touched: an autoscaler or a person owns it.
 * https://datatracker.ietf.org/doc/html/rfc6902#section-4.6
 */
export function fencedPatch(
  { uid, generation, version, annotated }: TemplateSeen,
  target: TemplateTarget,
  operation: string,
): PatchOperation[] {
  const fence: PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/generation', value: generation },
  ];
  const template: PatchOperation = { op: 'replace', path: '/spec/template', value: target.template };
  if (annotated) {
    const path = `/metadata/annotations/${operationAnnotation.replace('/', '~1')}`;
    return [...fence, template, { op: 'add', path, value: operation }];
  }
  // A member cannot be added to a map that is not there, and adding the map would replace one that somebody else has made
  // since. On StatefulSets and DaemonSets an annotation does not count as a generation, so here the whole object is fenced.
  return [
    ...fence,
    { op: 'test', path: '/metadata/resourceVersion', value: version },
    template,
    { op: 'add', path: '/metadata/annotations', value: { [operationAnnotation]: operation } },
  ];
}
