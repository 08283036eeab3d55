import { Address, Content, Headers, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** Settings of a Prometheus (or a server that speaks its query API), as the configuration writes them. */
export const prometheusSettings = Type.Object(
  {
    url: Address({ pattern: '^https?://', description: 'Base URL, without /api/v1' }),
    headers: Type.Optional(
      Headers({
        description: 'Sent with every query, such as X-Scope-OrgID',
        writeOnly: true,
      }),
    ),
    bearerToken: Type.Optional(Secret()),
    basicAuth: Type.Optional(
      Type.Object(
        { username: Type.String({ maxLength: 1_000 }), password: Type.String({ maxLength: 16_384 }) },
        { additionalProperties: false, writeOnly: true },
      ),
    ),
    tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
    timeoutMs: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 600_000, default: 10_000, description: 'For one query' }),
    ),
    lookbackDeltaMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 3_600_000,
        default: 300_000,
        description:
          'How old a sample it still answers a selector without a range with, as its --query.lookback-delta: after a change its answers count once this time has passed',
      }),
    ),
    maxConcurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 256, default: 16, description: 'Queries under way at once' }),
    ),
    batchNames: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        default: 250,
        description:
          'How many services one query may ask for, where a trigger can be asked so; 1: each by itself',
      }),
    ),
    maxBatches: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 64, default: 2, description: 'Such queries under way at once' }),
    ),
    maxBytes: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 67_108_864,
        default: 1_048_576,
        description: 'A larger answer is not read',
      }),
    ),
  },
  { additionalProperties: false },
);

/** `tlsInsecure` cannot be set: an answer whose sender nobody checked must not roll anything back. */
export type PrometheusSettings = Type.Static<typeof prometheusSettings> & { tlsInsecure?: never };
