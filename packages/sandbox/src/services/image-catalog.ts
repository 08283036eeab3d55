import { type BehaviourKind, behaviourKinds } from './behaviour.ts';

/** An image the sandbox's registry has. */
export interface CatalogImage {
  /** `checkout` */
  service: string;
  /** `v42-errors` */
  tag: string;
  behaviour: BehaviourKind;
}

const registry = 'sandbox.local';
const failing = behaviourKinds.filter((kind) => kind !== 'healthy');
/** Releases with other code in their program, which behave well otherwise. */
const others = ['renaming'];
const imagePattern = new RegExp(
  `^${registry.replace('.', '\\.')}/(?:[a-z0-9-]+/)*([a-z0-9-]+):(v[1-9]\\d*(?:-api\\d+)?(?:-(${[...failing, ...others].join('|')}))?)$`,
);

/**
 * Looks an image up by its tag: `sandbox.local/checkout:v41` is healthy, `sandbox.local/checkout:v42-errors` fails as
 * it says, `sandbox.local/checkout:v42-api3` speaks the third form of an API. Undefined when the registry does not have it.
 */
export function findImage(taggedImage: string): CatalogImage | undefined {
  const [, service, tag, suffix] = imagePattern.exec(taggedImage) ?? [];
  if (service === undefined || tag === undefined) return undefined;
  return { service, tag, behaviour: behaviourKinds.find((kind) => kind === suffix) ?? 'healthy' };
}

/** How an image behaves; undefined when the registry does not have it. */
export function behaviourOf(taggedImage: string): BehaviourKind | undefined {
  return findImage(taggedImage)?.behaviour;
}

/** The reference of a version by the naming convention. */
export function imageFor(service: string, version: number, behaviour: BehaviourKind = 'healthy'): string {
  return `${registry}/${service}:v${version}${behaviour === 'healthy' ? '' : `-${behaviour}`}`;
}
