import { Address, Content } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';
import { PageMentions } from '../slack/settings.ts';

/** Settings of one incoming webhook, as the configuration writes them. Its address is the secret, and says the channel. */
export const slackWebhookSettings = Type.Object(
  {
    url: Address({ pattern: '^https?://', writeOnly: true }),
    pageMentions: PageMentions,
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type SlackWebhookSettings = Type.Static<typeof slackWebhookSettings> & { name: string };
