import { imageFor } from '../../services/index.ts';

/** `sandbox.local/catalog:v13-errors` */
export function imageOf(service: string, tag: string): string {
  return imageFor(service, 1).replace(/:v1$/, `:${tag}`);
}

export function tagOf(image: string): string | null {
  return /:([^:@/]+)(?:@.*)?$/.exec(image)?.[1] ?? null;
}

/** @param history what the cluster remembers of its workloads, as JSON text */
export function newestVersion(service: string, history: string): number {
  const mentioned = history.matchAll(new RegExp(`sandbox\\.local/${service}:v(\\d+)`, 'g'));
  return Math.max(0, ...[...mentioned].map((match) => Number(match[1])));
}
