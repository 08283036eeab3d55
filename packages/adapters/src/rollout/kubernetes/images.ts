import {
  containerLists,
  type TemplateContainer,
  type TemplateSpec,
  templateImages,
} from '@lastgood/domain/workload/template-images';
import type { WorkloadSnapshot } from '@lastgood/domain/workload/workload';
import { templateDigest } from './template-digest.ts';

/**
 * What a container status says it runs.
 * `pullable` when the digest names a manifest in a registry. A bare `sha256:...` (images loaded into a node by hand) and
 * `docker://sha256:...` are the image's own id: good for comparing, useless for pulling.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ContainerStatus
 */
export interface RunningImage {
  digest: string;
  pullable: boolean;
}

/** Reads `repo@sha256:..`, `docker-pullable://repo@sha256:..`, `docker://sha256:..` and `sha256:..`; null otherwise. */
export function parseImageId(imageId: string | undefined): RunningImage | null {
  const match = /^(?:docker-pullable:\/\/|docker:\/\/|containerd:\/\/|cri-o:\/\/)?(.*?@)?(sha256:.+)$/.exec(
    imageId ?? '',
  );
  const digest = match?.[2];
  return digest ? { digest, pullable: match[1] !== undefined } : null;
}

/**
 * The snapshot with `name:tag` turned into `name:tag@sha256:...` for the containers a digest is given for. A container
 * that already names a digest stays as it is.
 */
export function pinImages(snapshot: WorkloadSnapshot, digests: Record<string, string>): WorkloadSnapshot {
  const pinned = (container: TemplateContainer): TemplateContainer => {
    const digest = digests[container.name];
    if (digest === undefined || container.image === undefined || container.image.includes('@'))
      return container;
    return { ...container, image: `${container.image}@${digest}` };
  };
  const spec: TemplateSpec = { ...(snapshot.template.spec as TemplateSpec | undefined) };
  for (const list of containerLists) {
    const containers = spec[list];
    if (containers) spec[list] = containers.map(pinned);
  }
  const template = { ...snapshot.template, spec };
  return {
    ...snapshot,
    template,
    templateDigest: templateDigest(template),
    images: templateImages(template),
    imageDigests: { ...snapshot.imageDigests, ...namedOnly(digests, templateImages(template)) },
  };
}

function namedOnly(digests: Record<string, string>, images: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(digests).filter(([name]) => name in images));
}
