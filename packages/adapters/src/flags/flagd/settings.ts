import { Address, MapOf } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** Settings of one flagd, as the configuration writes them. */
export const flagdSettings = Type.Object(
  {
    files: MapOf(Address({ pattern: '^/' }), 50, {
      description:
        'The file of flag definitions that flagd watches, JSON or YAML, by environment. Where flagd reads a Git repository or an address, the flag goes back with what is there',
    }),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 60_000,
        default: 5_000,
        description: 'For the file, and for its lock',
      }),
    ),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type FlagdSettings = Type.Static<typeof flagdSettings> & { name: string };
