import { Address, Content, Headers, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** Settings of a flag service that speaks the protocol of this folder's README, as the configuration writes them. */
export const httpFlagSettings = Type.Object(
  {
    url: Address({
      pattern: '^https?://[^/?#]+/.*\\{flag\\}',
      description:
        'Where the state of one flag is: {project}, {environment} and {flag} stand for its names, as in https://flags.example.org/{environment}/{flag}',
    }),
    token: Type.Optional(Secret({ description: 'Sent as a bearer token' })),
    headers: Type.Optional(Headers({ writeOnly: true })),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 60_000, default: 5_000 })),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type HttpFlagSettings = Type.Static<typeof httpFlagSettings> & { name: string };
