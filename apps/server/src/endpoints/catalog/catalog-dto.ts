import { type Family, families, familyNames } from '@lastgood/adapters';
import type { ConfiguredFamilies } from '../../config/config.ts';
import type { SourceBoard } from '../../outside/source-board.ts';
import type { Catalog } from './catalog-schema.ts';

/** What can be configured, from the lists of vendors, and what is; never the value of a setting. */
export function toCatalogDto(configured: ConfiguredFamilies, sources: Pick<SourceBoard, 'get'>): Catalog {
  return {
    families: familyNames.map((key) => {
      const { title, vendors, watchedAs }: Family = families[key];
      return {
        family: key,
        title,
        vendors: vendors.map(({ kind, title, settings }) => ({ kind, title, settings: { ...settings } })),
        configured: configured[key].map(({ name, kind }) => ({
          name,
          kind,
          health: healthOf(watchedAs, name, sources),
        })),
      };
    }),
  };
}

type EntryHealth = Catalog['families'][number]['configured'][number]['health'];

function healthOf(kind: Family['watchedAs'], name: string, sources: Pick<SourceBoard, 'get'>): EntryHealth {
  if (!kind) return { state: 'unknown', reason: 'It is not asked before it is needed.' };
  const health = sources.get(kind, name)?.health;
  if (!health) return { state: 'unknown', reason: 'It was not asked yet.' };
  return health.up ? { state: 'up', reason: null } : { state: 'down', reason: health.reason };
}
