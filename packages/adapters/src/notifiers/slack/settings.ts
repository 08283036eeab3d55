import { Address, Content, ListOf, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

/** How Slack writes the ID of a channel, public or private, or of a direct message. */
export const channelId = '^[CGD][A-Z0-9]{6,30}$';

/** Whom a page mentions, as Slack writes them: everybody, whoever is there, a person or a group of people. */
export const PageMentions = Type.Optional(
  ListOf(Type.String({ maxLength: 40, pattern: '^(here|channel|[UWS][A-Z0-9]{6,30})$' }), 20, {
    description:
      'Whom a page mentions: here, channel, or the IDs of people (U…) and of user groups (S…). Slack notifies of a message in a channel only those who asked for all of them, or are mentioned.',
  }),
);

/** Settings of a Slack app with a bot token, as the configuration writes them. */
export const slackSettings = Type.Object(
  {
    token: Secret({
      pattern: '^xox[A-Za-z0-9.-]+$',
      description:
        'The bot token of the app (xoxb-…), with the scopes chat:write, channels:read and channels:history',
    }),
    channel: Type.Optional(
      Type.String({
        maxLength: 40,
        pattern: channelId,
        description:
          "The channel of what a route sends nowhere else, by its ID: at the bottom of the channel's details in Slack.",
      }),
    ),
    signingSecret: Type.Optional(
      Secret({
        pattern: '^[0-9A-Za-z]{16,128}$',
        description:
          'The signing secret of the app. With it messages have the button *Roll back*, and /integrations/NAME/interactivity takes its presses.',
      }),
    ),
    pageMentions: PageMentions,
    url: Type.Optional(
      Address({ pattern: '^https?://', description: 'Of the Web API; default https://slack.com/api' }),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type SlackSettings = Type.Static<typeof slackSettings> & { name: string };
