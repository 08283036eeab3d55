import { Address, Content, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

/** Settings of one GitLab host, as the configuration writes them. */
export const gitLabSettings = Type.Object(
  {
    token: Secret({
      pattern: '^[\\x21-\\x7e]+$',
      description: 'A project, group or personal access token with the scope `api`, of a Developer at least',
    }),
    project: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 1_000, pattern: '^([0-9]+|[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+)$' },
        description: '`GROUP/PROJECT`, with all its groups, or its number, where a route does not say which',
      }),
    ),
    url: Type.Optional(
      Address({ pattern: '^https?://', description: 'Without /api/v4; https://gitlab.com by default' }),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type GitLabSettings = Type.Static<typeof gitLabSettings> & { name: string };
