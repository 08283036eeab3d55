import type { PodTemplate } from './workload.ts';

export const containerLists = ['initContainers', 'containers'] as const;

export interface TemplateContainer {
  name: string;
  image?: string;
}

export type TemplateSpec = Record<string, unknown> &
  Partial<Record<(typeof containerLists)[number], TemplateContainer[] | null>>;

/** Container name to image as the template names it, init containers included. */
export function templateImages(template: PodTemplate): Record<string, string> {
  return imagesIn(template, containerLists);
}

/** Those of the containers that serve. */
export function mainImages(template: PodTemplate): Record<string, string> {
  return imagesIn(template, ['containers']);
}

function imagesIn({ spec }: PodTemplate, lists: readonly (typeof containerLists)[number][]) {
  const containers = lists.flatMap((list) => (spec as TemplateSpec | undefined)?.[list] ?? []);
  return Object.fromEntries(
    containers.flatMap(({ name, image }) => (image === undefined ? [] : [[name, image]])),
  );
}
