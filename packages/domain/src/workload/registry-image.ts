import type { WorkloadSnapshot } from './workload.ts';

/** An image where it is kept. By its content: a tag is only a name. */
export interface RegistryImage {
  /** Host and port as references name it: `registry.example:5000`, `docker.io`. */
  registry: string;
  repository: string;
  /** `sha256:...` of its manifest, or of the index over the manifests of its platforms. */
  digest: string;
}

/** A backup of a registry that has the very digest, and all that belongs to it. */
export interface ImageBackup {
  /** As the settings call it. */
  name: string;
  /** Of all its parts together, manifests included. */
  bytes: number;
}

/**
 * `gone`: the registry itself says that it does not have it. `unknown`: it could not be asked, or its answer says nothing;
 * that is never *gone*.
 */
export type RegistryAnswer =
  | { kind: 'there'; manifestBytes: number | null }
  | {
      kind: 'gone';
      /** The first that has it; null when none has. */
      backup: ImageBackup | null;
      /** What the others said, in words. */
      backupNotes: string[];
    }
  | { kind: 'unknown'; reason: string };

/** What its registry says of the image of a container of the recorded target. */
export interface RegistryFinding {
  container: string;
  image: RegistryImage;
  answer: RegistryAnswer;
}

const digestPattern = /^sha256:[0-9a-f]{64}$/;
/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests */
const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const hostPattern = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/i;

/**
 * Where a reference points, with the digest in place of its tag; null where it cannot be read. A name without a host is one of
 * Docker Hub: https://github.com/distribution/reference/blob/main/normalize.go
 */
export function registryImage(reference: string, digest: string): RegistryImage | null {
  const [name = ''] = reference.split('@sha256:');
  const [first = '', ...rest] = name.split('/');
  const hasHost =
    rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const path = hasHost ? rest.join('/') : name;
  const untagged = path.replace(/:[^/:]*$/, '');
  const registry = hasHost && first !== 'index.docker.io' ? first : 'docker.io';
  const repository = registry === 'docker.io' && !untagged.includes('/') ? `library/${untagged}` : untagged;
  const isReadable =
    digestPattern.test(digest) && hostPattern.test(registry) && repositoryPattern.test(repository);
  return isReadable && repository.length <= 255 ? { registry, repository, digest } : null;
}

/** Of which images of a recorded template a registry can be asked: those whose digest is known. */
export function registryImagesOf({
  images,
  imageDigests,
}: Pick<WorkloadSnapshot, 'images' | 'imageDigests'>): Pick<RegistryFinding, 'container' | 'image'>[] {
  return Object.entries(images).flatMap(([container, reference]) => {
    const image = registryImage(reference, reference.split('@')[1] ?? imageDigests[container] ?? '');
    return image ? [{ container, image }] : [];
  });
}

/** "registry.example/shop/web@sha256:..." */
export function imageInWords({ registry, repository, digest }: RegistryImage): string {
  return `${registry}/${repository}@${digest}`;
}

/**
 * The tag under which a restored image is kept. A garbage collector removes what no tag names; this name is nobody else's,
 * and holds the whole digest, so that two images never want the same one.
 */
export function keepingTag(digest: string): string {
  return `lastgood-${digest.replace(':', '-')}`;
}
