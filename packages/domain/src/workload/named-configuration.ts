import type { ConfigurationRef, NamedConfiguration } from './configuration.ts';
import { containerLists } from './template-images.ts';
import type { PodTemplate } from './workload.ts';

type Loose = Record<string, unknown>;
interface Source extends Loose {
  name?: unknown;
  secretName?: unknown;
  optional?: unknown;
}

/**
 * What the containers of a template are given: by `env`, `envFrom`, volumes and projected volumes. Not the secrets with which
 * images are pulled: they are no part of what the code reads.
 */
export function namedConfiguration({ spec }: PodTemplate): NamedConfiguration[] {
  const found = new Map<string, NamedConfiguration>();
  const add = (kind: ConfigurationRef['kind'], source: unknown) => {
    if (!isObject(source)) return;
    const { name: called, secretName, optional } = source as Source;
    const name = called ?? secretName;
    if (typeof name !== 'string' || name === '') return;
    const before = found.get(`${kind}/${name}`)?.optional ?? true;
    found.set(`${kind}/${name}`, { kind, name, optional: before && optional === true });
  };
  const parts = isObject(spec) ? spec : {};
  for (const container of containerLists.flatMap((list) => objectsIn(parts[list]))) {
    for (const { valueFrom } of objectsIn(container.env)) {
      if (!isObject(valueFrom)) continue;
      add('ConfigMap', valueFrom.configMapKeyRef);
      add('Secret', valueFrom.secretKeyRef);
    }
    for (const { configMapRef, secretRef } of objectsIn(container.envFrom)) {
      add('ConfigMap', configMapRef);
      add('Secret', secretRef);
    }
  }
  for (const volume of objectsIn(parts.volumes)) {
    const sources = isObject(volume.projected) ? objectsIn(volume.projected.sources) : [];
    for (const { configMap, secret } of [volume, ...sources]) {
      add('ConfigMap', configMap);
      add('Secret', secret);
    }
  }
  return [...found.values()];
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectsIn(list: unknown): Loose[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
