import { Type } from 'typebox';
import { Address, ListOf, oneLine } from './bounds.ts';
import { linkVariables } from './link.ts';

/** A link as it is declared, and as it is shown: then with everything filled in. */
export const declaredLink = Type.Object(
  {
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
  },
  { additionalProperties: false },
);

export const declaredLinks = ListOf(declaredLink, 10, { description: 'Shown wherever it is.' });
