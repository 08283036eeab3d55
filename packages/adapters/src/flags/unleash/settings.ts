import { Address, Content, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** Settings of one Unleash, as the configuration writes them. */
export const unleashSettings = Type.Object(
  {
    url: Address({ pattern: '^https?://', description: 'Base URL, without /api/admin' }),
    token: Secret({
      description:
        'An admin token, or that of a service account which may update the flags of the projects concerned',
    }),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 60_000, default: 5_000 })),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type UnleashSettings = Type.Static<typeof unleashSettings> & { name: string };
