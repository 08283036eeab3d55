import { Address, Content, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

/** Settings of one GitHub host, as the configuration writes them. */
export const gitHubSettings = Type.Object(
  {
    token: Secret({
      pattern: '^[\\x21-\\x7e]+$',
      description:
        'May write commit statuses (classic: `repo:status`), and deployments (`repo_deployment`) where those are wanted',
    }),
    repository: Type.Optional(
      Type.String({
        ...{ minLength: 3, maxLength: 200, pattern: '^[A-Za-z0-9_-]+/[A-Za-z0-9._-]+$' },
        description: '`OWNER/NAME` where a route does not say which',
      }),
    ),
    deployments: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether a deployment of GitHub is kept for each release too. Creating one starts every workflow `on: deployment` of the repository',
      }),
    ),
    url: Type.Optional(
      Address({
        pattern: '^https?://',
        description:
          'Of the API; https://api.github.com by default, https://HOST/api/v3 for GitHub Enterprise Server',
      }),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type GitHubSettings = Type.Static<typeof gitHubSettings> & { name: string };
