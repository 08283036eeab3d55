import { createHash } from 'node:crypto';
import { type BehaviourKind, behaviourKinds } from './behaviour.ts';

/** An image of the sandbox's registry. */
export interface CatalogImage {
  /** `sandbox.local/checkout` */
  repository: string;
  /** `checkout` */
  service: string;
  /** `v42-errors` */
  tag: string;
  behaviour: BehaviourKind;
  /** `sha256:...`, the same in every run of the sandbox. */
  digest: string;
}

const registry = 'sandbox.local';
const newestVersion = 999;
const failing = behaviourKinds.filter((kind) => kind !== 'healthy');
const tagPattern = new RegExp(`^v([1-9]\\d{0,2})(?:-(${failing.join('|')}))?$`);

/**
 * Looks an image up by tag (`sandbox.local/checkout:v41` is healthy, `:v42-errors` fails as it says) or by digest; a
 * digest wins over a tag, as in a real registry. Undefined when the registry does not have it.
 */
export function findImage(image: string): CatalogImage | undefined {
  const match = /^([^/]+)\/([a-z0-9]+(?:[._/-][a-z0-9]+)*)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
    image,
  );
  const [, host, path, tag, digest] = match ?? [];
  if (host !== registry || path === undefined) return undefined;
  const repository = `${registry}/${path}`;
  const foundTag = digest === undefined ? tag : tagsByDigest(repository).get(digest);
  const version = tagPattern.exec(foundTag ?? '');
  if (foundTag === undefined || version === null) return undefined;
  return {
    repository,
    service: path.split('/').at(-1) ?? path,
    tag: foundTag,
    behaviour: behaviourKinds.find((kind) => kind === version[2]) ?? 'healthy',
    digest: digestOfTag(repository, foundTag),
  };
}

/** How an image behaves; undefined when the registry does not have it. */
export function behaviourOf(image: string): BehaviourKind | undefined {
  return findImage(image)?.behaviour;
}

/** What a pod's status says about the image it runs: `sandbox.local/checkout@sha256:...`. */
export function imageIdOf(image: string): string | undefined {
  const found = findImage(image);
  return found && `${found.repository}@${found.digest}`;
}

/** The reference of a version by the naming convention. */
export function imageFor(service: string, version: number, behaviour: BehaviourKind = 'healthy'): string {
  return `${registry}/${service}:v${version}${behaviour === 'healthy' ? '' : `-${behaviour}`}`;
}

function digestOfTag(repository: string, tag: string): string {
  return `sha256:${createHash('sha256').update(`${repository}:${tag}`).digest('hex')}`;
}

const digests = new Map<string, Map<string, string>>();
const rememberedRepositories = 64;

/** The catalog is finite, so a digest is found again after a restart without anything being stored. */
function tagsByDigest(repository: string): Map<string, string> {
  const known = digests.get(repository);
  if (known !== undefined) return known;
  const tags = new Map<string, string>();
  for (let version = 1; version <= newestVersion; version += 1) {
    for (const suffix of ['', ...failing.map((kind) => `-${kind}`)]) {
      tags.set(digestOfTag(repository, `v${version}${suffix}`), `v${version}${suffix}`);
    }
  }
  if (digests.size >= rememberedRepositories) digests.clear();
  digests.set(repository, tags);
  return tags;
}
