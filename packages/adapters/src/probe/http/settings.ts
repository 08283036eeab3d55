import { Content, ListOf, Name } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** However long somebody else's server takes, and however much it says. */
export const maxTimeoutMs = 5_000;
export const maxBodyBytes = 65_536;

/** Limits of HTTP checks, as the configuration writes them. */
export const httpProbeSettings = Type.Object(
  {
    allowedAddresses: Type.Optional(
      ListOf(Name(), 1_000, {
        default: ['public'],
        description:
          'The only hosts that http checks may ask: addresses (10.1.2.3), CIDR ranges (10.0.0.0/8), host:port (localhost:8080), host names (shop.example.com, *.svc.cluster.local) and "public" for every public address. Private, loopback, link-local and metadata addresses are asked only where an address, a range or host:port names them; a host name allows private ones, too.',
      }),
    ),
    tlsCa: Type.Optional(
      Content({ description: 'PEM of an authority to trust in place of the built-in ones' }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: maxTimeoutMs,
        default: maxTimeoutMs,
        description:
          'For one probe, from the resolution of its name to the end of its answer, redirects included',
      }),
    ),
    maxBytes: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: maxBodyBytes,
        default: maxBodyBytes,
        description: 'Of a body, no more is read',
      }),
    ),
    maxRedirects: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 20,
        default: 3,
        description: 'Followed to the same host alone; 0: a redirect is the answer',
      }),
    ),
  },
  { additionalProperties: false },
);

export type HttpProbeSettings = Type.Static<typeof httpProbeSettings>;
