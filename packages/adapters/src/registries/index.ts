import type { Registries } from '@lastgood/domain/ports/registries';
import { type Choice, dispatch } from '../dispatch.ts';
import type { Family, MadeEntry } from '../family.ts';
import { oci } from './oci/vendor.ts';
import type { Registry } from './registry.ts';

/** Where images are kept. Which entry serves an image tells the host in its reference. */
export const registries: Family<Registry, Registries | undefined> = {
  title: 'registry',
  notation: 'named',
  byCluster: false,
  defaultKind: 'oci',
  watchedAs: null,
  vendors: [oci],
  join: (entries) => (entries.length > 0 ? joinRegistries(entries) : undefined),
};

const hostOf = ({ registry }: { registry: string }) => registry;

/** Throws when two entries are of one host: which of them is meant nobody could tell. */
function joinRegistries(entries: readonly MadeEntry<Registry>[]): Registries {
  const hosts = entries.map(({ made }) => made.host);
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw new Error(`Two registries have the host ${twice}.`);
  const byHost = (host: string): Choice<Registry> =>
    entries.find(({ made }) => made.host === host) ?? {
      reason: `no registry with the host ${host} is configured; known are ${hosts.join(', ')}`,
    };
  const { effect } = dispatch(byHost);
  return {
    async readImage(image, signal) {
      const choice = byHost(image.registry);
      return 'made' in choice ? choice.made.readImage(image, signal) : null;
    },
    restoreImage: effect('restore-image', hostOf, (made) => made.restoreImage),
  };
}
