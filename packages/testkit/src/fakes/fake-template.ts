import { createHash } from 'node:crypto';
import type { PodTemplate, WorkloadSnapshot } from '@lastgood/domain/workload/workload';

/** A pod template as the in-memory cluster keeps it: just containers. */
export function fakeTemplate(images: Record<string, string>): PodTemplate {
  return { spec: { containers: Object.entries(images).map(([name, image]) => ({ name, image })) } };
}

/** `sha256:` of the template; its own, not Kubernetes'. */
export function fakeTemplateDigest(template: PodTemplate): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(template)).digest('hex')}`;
}

/** The digest the in-memory registry serves for a reference until a tag is moved. */
export function fakeImageDigest(reference: string): string {
  const pinned = reference.split('@')[1];
  return pinned ?? `sha256:${createHash('sha256').update(reference).digest('hex')}`;
}

export function fakeImages(template: PodTemplate): Record<string, string> {
  const { containers } = template.spec as { containers: { name: string; image: string }[] };
  return Object.fromEntries(containers.map(({ name, image }) => [name, image]));
}

export function pinFakeImages(snapshot: WorkloadSnapshot, digests: Record<string, string>): WorkloadSnapshot {
  const images = Object.fromEntries(
    Object.entries(snapshot.images).map(([name, image]) => {
      const digest = digests[name];
      return [name, digest === undefined || image.includes('@') ? image : `${image}@${digest}`];
    }),
  );
  const { spec } = snapshot.template as { spec: { containers: { name: string; image: string }[] } };
  const containers = spec.containers.map((one) => ({ ...one, image: images[one.name] ?? one.image }));
  const template = { ...snapshot.template, spec: { ...spec, containers } };
  return {
    ...snapshot,
    template,
    templateDigest: fakeTemplateDigest(template),
    images,
    imageDigests: {
      ...snapshot.imageDigests,
      ...Object.fromEntries(Object.entries(digests).filter(([name]) => name in images)),
    },
  };
}

/** The snapshot with a mark in its template. */
export function restartedFake(snapshot: WorkloadSnapshot, mark: string): WorkloadSnapshot {
  const template = { ...snapshot.template, metadata: { annotations: { 'restarted-for': mark } } };
  return { ...snapshot, template, templateDigest: fakeTemplateDigest(template) };
}
