import { Count, ListOf } from '@lastgood/domain/bounds';
import Type from 'typebox';

export const defaultTimeoutMs = 5_000;

/** Settings of one group of HAProxy processes that share a configuration, as the configuration writes them. */
export const haproxySettings = Type.Object(
  {
    sockets: ListOf(
      Type.String({ minLength: 6, maxLength: 300, pattern: '^(unix:/.+|tcp://[^/?#@\\s]+:[0-9]{1,5})$' }),
      16,
      {
        minItems: 1,
        description:
          'Runtime API of every process that carries the traffic: unix:/run/haproxy/admin.sock or tcp://10.0.0.5:9999, ' +
          'with `level admin`. Over TCP it asks nobody who they are: keep it to a network of its own',
      },
    ),
    emptyBy: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('weight'), Type.Literal('maintenance')], {
        default: 'auto',
        description:
          'How a server is emptied. `weight`: weight 0; clients who hold its cookie stay. `maintenance`: they leave too, and ' +
          'its health is not checked until somebody sets it ready. `auto`: maintenance where servers have cookies, else weight',
      }),
    ),
    trustUnchecked: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Take a server without a health check for ready, as HAProxy does',
      }),
    ),
    timeoutMs: Type.Optional(
      Count(100, 60_000, {
        default: defaultTimeoutMs,
        description: 'Longest wait for one answer, in milliseconds',
      }),
    ),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type HaproxySettings = Type.Static<typeof haproxySettings> & { name: string };
