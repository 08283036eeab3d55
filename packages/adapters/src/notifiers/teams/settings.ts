import { Address, Content, longest } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

/** Settings of the workflows that post into channels of Microsoft Teams, as the configuration writes them. */
export const teamsSettings = Type.Object(
  {
    url: Address({
      pattern: '^https?://',
      writeOnly: true,
      description: 'Of the workflow "Send webhook alerts to a channel". Whoever knows it can post there',
    }),
    channels: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[^\\s\\u0000-\\u001f\\u007f,][^\\u0000-\\u001f\\u007f,]{0,99}$' }),
        Type.String({ minLength: 1, maxLength: longest.address, pattern: '^https?://' }),
        {
          additionalProperties: false,
          maxProperties: 100,
          writeOnly: true,
          description: 'Workflows of further channels, by the name that a route calls them by in `to`',
        },
      ),
    ),
    tlsCa: Type.Optional(
      Content({ description: 'PEM of the authority that signed the certificate of a proxy on the way' }),
    ),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type TeamsSettings = Type.Static<typeof teamsSettings> & { name: string };
