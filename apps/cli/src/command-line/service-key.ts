import { UsageError } from './usage-error.ts';
import { pathPart } from './words.ts';

/** `cluster/namespace/name` as the three parts of an address. `place` says where it was read, for the words of a fault. */
export function servicePath(key: string, place?: string): [cluster: string, namespace: string, name: string] {
  const [cluster, namespace, name, ...more] = key.split('/');
  if (!cluster || !namespace || !name || more.length > 0)
    throw new UsageError(
      `${place ? `${place}: ` : ''}"${key}" is not a service; write cluster/namespace/name`,
    );
  return [pathPart(cluster), pathPart(namespace), pathPart(name)];
}
