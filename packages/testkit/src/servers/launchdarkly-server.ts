import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LocalServer, startLocalServer } from './local-server.ts';

export interface ServedEnvironment {
  on: boolean;
  archived: boolean;
  version: number;
  fallthrough: {
    variation?: number;
    rollout?: {
      variations: { variation: number; weight: number }[];
      contextKind?: string;
      bucketBy?: string;
    };
  };
  /** Others that a change of the default rule leaves alone. */
  rules: object[];
  offVariation: number;
}

export interface ServedFlag {
  key: string;
  kind: 'boolean' | 'multivariate';
  archived: boolean;
  variations: { _id: string; value: unknown; name?: string }[];
  environments: Record<string, ServedEnvironment>;
}

/**
 * The wire format of LaunchDarkly's REST API for flags, as far as it is documented: reading one, and semantic patches, which are
 * taken as a whole or not at all, refused without their content type, and change no version where nothing changes.
 * https://launchdarkly.com/docs/api/feature-flags/patch-feature-flag
 */
export interface LaunchDarklyServer extends LocalServer {
  /** By project and key: "shop/new-cart". */
  flags: Map<string, ServedFlag>;
  comments: string[];
  /** The next patch conflicts with another request, whatever it is. */
  conflictNext(): void;
}

interface Patch {
  environmentKey?: string;
  comment?: string;
  instructions?: Instruction[];
}

interface Instruction {
  kind: string;
  variationId?: string;
  rolloutWeights?: Record<string, number>;
  rolloutContextKind?: string;
  rolloutBucketBy?: string;
}

export async function startLaunchDarklyServer(token: string): Promise<LaunchDarklyServer> {
  const flags = new Map<string, ServedFlag>();
  const comments: string[] = [];
  let conflicts = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, body: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const wrong = (status: number, code: string) => say(status, { code, message: 'words', id: 'x' });
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, project = '', key = ''] = /^\/api\/v2\/flags\/([^/]+)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (request.headers.authorization !== token) return wrong(401, 'unauthorized');
    const flag = flags.get(`${decodeURIComponent(project)}/${decodeURIComponent(key)}`);
    if (!flag) return wrong(404, 'not_found');
    if (request.method === 'GET') return say(200, filtered(flag, url.searchParams.get('env')));
    if (request.method !== 'PATCH') return wrong(405, 'method_not_allowed');
    if (!/domain-model=launchdarkly\.semanticpatch/.test(request.headers['content-type'] ?? ''))
      return wrong(400, 'invalid_request');
    const patch = JSON.parse(await textOf(request)) as Patch;
    if (conflicts > 0) {
      conflicts -= 1;
      return wrong(409, 'conflict');
    }
    const environment = flag.environments[patch.environmentKey ?? ''];
    const become = environment && patched(flag, environment, patch.instructions ?? []);
    if (!environment || !become) return wrong(400, 'invalid_request');
    if (JSON.stringify(become) !== JSON.stringify(environment)) {
      Object.assign(environment, become, { version: environment.version + 1 });
      comments.push(patch.comment ?? '');
    }
    return say(200, flag);
  }

  const server = await startLocalServer(answer);
  return {
    ...server,
    flags,
    comments,
    conflictNext() {
      conflicts += 1;
    },
  };
}

function filtered(flag: ServedFlag, environment: string | null): ServedFlag {
  if (environment === null) return flag;
  const kept = Object.entries(flag.environments).filter(([key]) => key === environment);
  return { ...flag, environments: Object.fromEntries(kept) };
}

/** Null where any instruction is invalid. */
function patched(flag: ServedFlag, from: ServedEnvironment, instructions: readonly Instruction[]) {
  let become: ServedEnvironment | null = from;
  for (const instruction of instructions) become = become && one(flag, become, instruction);
  return instructions.length > 0 ? become : null;
}

function one(flag: ServedFlag, from: ServedEnvironment, instruction: Instruction): ServedEnvironment | null {
  const { kind, variationId, rolloutWeights, rolloutContextKind, rolloutBucketBy } = instruction;
  if (kind === 'turnFlagOn') return { ...from, on: true };
  if (kind === 'turnFlagOff') return { ...from, on: false };
  if (kind !== 'updateFallthroughVariationOrRollout') return null;
  const indexOf = (id: string) => flag.variations.findIndex(({ _id }) => _id === id);
  if (variationId !== undefined) {
    const variation = indexOf(variationId);
    return variation < 0 ? null : { ...from, fallthrough: { variation } };
  }
  const weights = Object.entries(rolloutWeights ?? {});
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  const isWhole = weights.every(([id, weight]) => indexOf(id) >= 0 && Number.isInteger(weight));
  if (!isWhole || sum !== 100_000) return null;
  const variations = weights
    .map(([id, weight]) => ({ variation: indexOf(id), weight }))
    .sort((a, b) => a.variation - b.variation);
  const bucketBy = rolloutBucketBy === undefined ? {} : { bucketBy: rolloutBucketBy };
  const rollout = { variations, contextKind: rolloutContextKind ?? 'user', ...bucketBy };
  return { ...from, fallthrough: { rollout } };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
