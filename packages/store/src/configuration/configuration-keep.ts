import type { ConfigurationKeep } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';

/**
 * Sealed contents of ConfigMaps and Secrets by their digests, equal ones once. They are as long here as the deployments that name
 * them, which are never deleted; without the key that sealed them they are of no use to anybody.
 */
export function createConfigurationKeep({ sql }: StoreContext): ConfigurationKeep {
  return {
    async keep(contents) {
      if (contents.length === 0) return;
      await sql(
        `insert into kept_configurations (digest, sealed)
         select digest, decode(sealed, 'base64') from unnest($1::text[], $2::text[]) as kept (digest, sealed)
         order by digest on conflict (digest) do nothing`,
        [contents.map(({ digest }) => digest), contents.map(({ sealed }) => sealed)],
      );
    },
    async load(digest) {
      const found = await sql<{ sealed: string }>(
        `select encode(sealed, 'base64') as sealed from kept_configurations where digest = $1`,
        [digest],
      );
      // Wrapped as MIME wants it: https://www.postgresql.org/docs/current/functions-binarystring.html
      return found.rows[0]?.sealed.replaceAll('\n', '') ?? null;
    },
  };
}
