import { Address, Content, Headers, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';

/** Settings of one webhook, as the configuration writes them. */
export const webhookSettings = Type.Object(
  {
    url: Address({ pattern: '^https?://', writeOnly: true }),
    secret: Secret({
      pattern: '^whsec_[A-Za-z0-9+/]+={0,2}$',
      description: 'whsec_ and the base64 of 24 to 64 random bytes: echo "whsec_$(openssl rand -base64 32)"',
    }),
    headers: Type.Optional(Headers({ writeOnly: true })),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: receiverTimeout(),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type WebhookSettings = Type.Static<typeof webhookSettings> & { name: string };
