import { Content, Count, ListOf, Secret, Text } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { receiverTimeout } from '../receiver-timeout.ts';
import { addressPattern } from './addresses.ts';

const address = () => Type.String({ minLength: 3, maxLength: 254, pattern: addressPattern });

/** Settings of a mail server that takes notifications, as the configuration writes them. */
export const emailSettings = Type.Object(
  {
    host: Type.String({
      minLength: 1,
      maxLength: 253,
      pattern: '^[A-Za-z0-9._-]+$|^[0-9A-Fa-f:.]+$',
      description: 'Name or address of the mail server that takes messages from Lastgood',
    }),
    port: Type.Optional(Count(1, 65_535, { description: 'By default 587; with tls from-start 465' })),
    tls: Type.Optional(
      Type.Enum(['starttls', 'from-start', 'none'], {
        default: 'starttls',
        description:
          'starttls: nothing is said in the clear but the greeting, and a server without it gets nothing. none: everybody on the way can read and change the messages',
      }),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    user: Type.Optional(Text(1_000, { description: 'Without, nobody signs in' })),
    password: Type.Optional(Secret()),
    from: address(),
    to: ListOf(address(), 50, {
      minItems: 1,
      description:
        'Who is told where a route says nothing else; a route writes addresses with commas between them',
    }),
    clientName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        pattern: '^[A-Za-z0-9.-]+$',
        description:
          'How Lastgood introduces itself (EHLO); by default the name of its machine where that has a domain',
      }),
    ),
    timeoutMs: receiverTimeout('For a whole delivery, as a server may look into a message for long', 13_000),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type EmailSettings = Type.Static<typeof emailSettings> & { name: string };
