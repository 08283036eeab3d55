import { Address, Content, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** Settings of one LaunchDarkly account, as the configuration writes them. */
export const launchDarklySettings = Type.Object(
  {
    url: Type.Optional(
      Address({
        pattern: '^https?://',
        description:
          'Without /api/v2; https://app.launchdarkly.com by default, another one for the EU or a federal instance',
      }),
    ),
    token: Secret({ description: 'An access token that may update the flags of the projects concerned' }),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 60_000, default: 5_000 })),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type LaunchDarklySettings = Type.Static<typeof launchDarklySettings> & { name: string };
