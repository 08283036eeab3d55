import { Address, Content, Count, ListOf, Secret, Text } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

const value = () => Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });

/** Settings of an Alertmanager, or of one that is several, as the configuration writes them. */
export const alertmanagerSettings = Type.Object(
  {
    urls: ListOf(Address({ pattern: '^https?://' }), 8, {
      minItems: 1,
      description:
        'Of each of its replicas, without /api/v2. Each is told: they share silences, and not alerts',
    }),
    bearerToken: Type.Optional(Secret()),
    username: Type.Optional(Text(1_000, { description: 'For basic authentication' })),
    password: Type.Optional(Secret()),
    labels: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,99}$' }), value(), {
        additionalProperties: false,
        maxProperties: 20,
        description:
          'On every alert besides its own, such as source: lastgood. Where both name one, its own stands',
      }),
    ),
    severities: Type.Optional(
      Type.Object(
        { page: Type.Optional(value()), info: Type.Optional(value()) },
        {
          additionalProperties: false,
          default: { page: 'critical', info: 'info' },
          description: 'What your routes call what wakes somebody, and what does not',
        },
      ),
    ),
    firingMinutes: Type.Optional(
      Count(10, 43_200, {
        default: 15,
        description:
          'What stands is posted every two minutes. Where that ends, as no Lastgood runs, it counts as resolved after so many minutes, whatever resolve_timeout is',
      }),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type AlertmanagerSettings = Type.Static<typeof alertmanagerSettings> & { name: string };
