import { Address, Content } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

const keyPattern = '^[A-Za-z0-9]{32}$';

/** Settings of one PagerDuty account, as the configuration writes them. */
export const pagerDutySettings = Type.Object(
  {
    routingKey: Type.String({
      ...{ minLength: 32, maxLength: 32, pattern: keyPattern, writeOnly: true },
      description: 'The 32 characters of the integration key of a service: Integrations, Events API v2',
    }),
    routingKeys: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }),
        Type.String({ minLength: 32, maxLength: 32, pattern: keyPattern }),
        {
          ...{ additionalProperties: false, maxProperties: 200, writeOnly: true },
          description: 'Further integration keys by a name, which a route names in `to`',
        },
      ),
    ),
    changeEvents: Type.Optional(
      Type.Boolean({
        default: true,
        description:
          'Whether releases are written beside the incidents of the service as change events; no ruleset (a key with R at its beginning) takes them',
      }),
    ),
    url: Type.Optional(
      Address({
        pattern: '^https?://',
        description:
          'Without /v2; https://events.pagerduty.com by default, https://events.eu.pagerduty.com for an account in the EU',
      }),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type PagerDutySettings = Type.Static<typeof pagerDutySettings> & { name: string };
