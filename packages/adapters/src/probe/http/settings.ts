import { Content, ListOf, Name } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** Limits of HTTP checks, as the configuration writes them. */
export const httpProbeSettings = Type.Object(
  {
    allowedAddresses: Type.Optional(
      ListOf(Name(), 1_000, {
        description:
          'Loopback, link-local and other special addresses that may be asked all the same: 127.0.0.0/8, ::1, localhost:8080',
      }),
    ),
    tlsCa: Type.Optional(
      Content({ description: 'PEM of an authority to trust in place of the built-in ones' }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 600_000,
        default: 10_000,
        description: 'For one probe, redirects included',
      }),
    ),
    maxBytes: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 67_108_864,
        default: 1_048_576,
        description: 'Of a body, no more is read',
      }),
    ),
    maxRedirects: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 20, default: 3, description: '0: a redirect is the answer' }),
    ),
  },
  { additionalProperties: false },
);

export type HttpProbeSettings = Type.Static<typeof httpProbeSettings>;
