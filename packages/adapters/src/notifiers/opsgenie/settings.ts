import { Address, Content, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

/** Settings of one Opsgenie account, as the configuration writes them. */
export const opsgenieSettings = Type.Object(
  {
    apiKey: Secret({
      pattern: '^[A-Za-z0-9_-]+$',
      description:
        'The key of an API integration that may create, update and read alerts; it looks for teams where it may read configurations',
    }),
    url: Type.Optional(
      Address({
        pattern: '^https?://',
        description:
          'Without /v2; https://api.opsgenie.com by default, https://api.eu.opsgenie.com for an account in the EU, https://api.atlassian.com/jsm/ops/integration for alerts in Jira Service Management',
      }),
    ),
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
        ...{ maxItems: 19, description: 'On every alert, besides `lastgood`' },
      }),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type OpsgenieSettings = Type.Static<typeof opsgenieSettings> & { name: string };
