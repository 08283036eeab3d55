import { linkVariables } from '@lastgood/domain';
import { Address, ListOf, oneLine } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { named, ref, strict } from '../wire/named.ts';

/** A link as it is declared, and as it is shown: then with everything filled in. */
export const Link = named(
  'Link',
  strict({
    title: Type.String({
      minLength: 1,
      maxLength: 60,
      pattern: oneLine,
      description: 'Runbook, dashboard, logs.',
    }),
    url: Address({
      description: `http or https. Filled in and encoded: ${Object.entries(linkVariables)
        .map(([name, words]) => `$${name} (${words})`)
        .join(', ')}. A link whose value is not known is not shown.`,
    }),
  }),
);

export const Links = ListOf(ref(Link), 10, { description: 'Shown wherever it is.' });
