import { clusterSettings } from '@lastgood/adapters/kubernetes/cluster-settings';
import { prometheusSettings } from '@lastgood/adapters/metrics/prometheus/settings';
import { webhookSettings } from '@lastgood/adapters/notifiers/webhook/settings';
import { httpProbeSettings } from '@lastgood/adapters/probe/http/settings';
import { defaultBrakes } from '@lastgood/domain';
import { type Static, type TProperties, Type } from 'typebox';

function section<T extends TProperties>(properties: T, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

const Name = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$' });

const Server = section(
  {
    host: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Address to bind; default 127.0.0.1. Any other needs tokens.',
      }),
    ),
    port: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: 'Default 4600, or a free one when that is taken. Given here it must be free.',
      }),
    ),
    publicUrl: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'Where people reach Lastgood; used in links.' }),
    ),
    allowedHosts: Type.Optional(
      Type.Array(Type.String({ pattern: '^[^:/]+$|^\\[.*\\]$' }), {
        description: 'Host names without port.',
      }),
    ),
    allowedOrigins: Type.Optional(
      Type.Array(Type.String({ pattern: '^https?://[^/]+$' }), {
        description: 'Other sites whose pages may write and listen.',
      }),
    ),
    tokens: Type.Optional(
      Type.Array(
        section(
          {
            name: Name,
            sha256: Type.String({
              pattern: '^[0-9a-fA-F]{64}$',
              description: 'SHA-256 of the token, in hex: printf %s "$TOKEN" | sha256sum',
            }),
          },
          'A bearer token, by its hash.',
        ),
      ),
    ),
    webRoot: Type.Optional(Type.String({ description: 'Folder of the built web app.' })),
  },
  'How Lastgood is reached.',
);

const Database = Type.Union([
  Type.Literal('embedded'),
  section(
    {
      url: Type.String({
        pattern: '^postgres(ql)?://',
        description:
          'postgresql://user:password@host/name, with ?sslmode=verify-full&sslrootcert=/path for TLS',
      }),
      maxConnections: Type.Optional(Type.Integer({ minimum: 4, maximum: 200, default: 20 })),
    },
    'A PostgreSQL server.',
  ),
]);

const Prometheus = Type.Object(
  {
    ...prometheusSettings.properties,
    clusters: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Clusters whose services it is asked about; default: all that no other source names.',
      }),
    ),
  },
  { additionalProperties: false },
);

const Cluster = section(
  {
    ...clusterSettings.properties,
    requestTimeoutMs: Type.Optional(clusterSettings.properties.requestTimeoutMs),
  },
  'A Kubernetes cluster.',
);

const Notifier = section(
  { ...webhookSettings.properties, name: Name, kind: Type.Literal('webhook') },
  'Where notifications go.',
);

const Evaluator = section(
  {
    intervalSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 3600, default: 15 })),
    offsetSeconds: Type.Optional(
      Type.Number({ minimum: 0, maximum: 600, default: 0, description: 'Queries ask for slot - offset.' }),
    ),
    outageToleranceSeconds: Type.Optional(
      Type.Number({ minimum: 1, default: 300, description: 'A longer gap in readings starts a hold again.' }),
    ),
  },
  'How triggers are evaluated.',
);

const Brakes = section(
  {
    maxAutomaticPerHour: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: defaultBrakes.maxAutomaticPerHour,
        description: 'Automatic rollbacks an hour, over the fleet.',
      }),
    ),
    maxServicesPerSlot: Type.Optional(
      Type.Integer({
        minimum: 1,
        default: defaultBrakes.maxTrippedPerSlot,
        description: 'More services tripping in one slot: the monitoring is likelier at fault.',
      }),
    ),
  },
  'What stops automatic rollbacks.',
);

/** `lastgood.yaml`. Any string may be written as `{env: NAME}` or `{file: path}`; its value is then never shown. */
export const ConfigFile = section(
  {
    server: Type.Optional(Server),
    database: Type.Optional(Database),
    sandbox: Type.Optional(
      Type.Boolean({ description: 'Run the sample world; default without a file: true.' }),
    ),
    dataDir: Type.Optional(Type.String({ description: 'Folder of embedded data; default .lastgood.' })),
    prometheus: Type.Optional(Type.Record(Name, Prometheus)),
    clusters: Type.Optional(Type.Record(Name, Cluster)),
    notifiers: Type.Optional(Type.Array(Notifier)),
    evaluator: Type.Optional(Evaluator),
    brakes: Type.Optional(Brakes),
    runs: Type.Optional(
      section(
        {
          atOnce: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 100, default: 8, description: 'Runs one replica carries.' }),
          ),
          leaseSeconds: Type.Optional(
            Type.Number({
              minimum: 0.5,
              maximum: 60,
              default: 2,
              description: 'A frozen replica loses them.',
            }),
          ),
        },
        'How rollbacks are carried out.',
      ),
    ),
    retention: Type.Optional(
      section({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650, default: 30 })) }, 'Readings.'),
    ),
    probe: Type.Optional(httpProbeSettings),
    log: Type.Optional(
      section(
        {
          level: Type.Optional(
            Type.Union(
              (['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const).map((level) =>
                Type.Literal(level),
              ),
            ),
          ),
        },
        'Logs go to standard output.',
      ),
    ),
    replica: Type.Optional(Name),
  },
  'Configuration of Lastgood.',
);

export type ConfigFile = Static<typeof ConfigFile>;
