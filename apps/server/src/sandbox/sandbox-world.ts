import {
  clusterName,
  namespace,
  type OfferedService,
  type Registration as PipelineRegistration,
} from '@lastgood/sandbox/world/index';
import { request } from 'undici';

/** What the shop shows one way with: services with the versions that may be brought out. */
export interface SandboxShown {
  name: string;
  title: string;
  /** What takes its failing release back. */
  about: string;
  /** What this machine lacks for it; null when nothing. */
  lacks: string | null;
  /** Why it cannot be played with yet; null when it can. */
  waitsFor: string | null;
  services: (OfferedService & { key: string })[];
}

export interface SandboxOrder {
  /** Name of what is shown. */
  shows: string;
  /** Name of the service. */
  service: string;
  tag: string;
}

/** The sandbox world as the API plays with it. */
export interface SandboxWorld {
  shown(): Promise<SandboxShown[]>;
  /** Since when its metric store listens: of before it knows nothing. Epoch milliseconds. */
  listeningSince(): Promise<number>;
  /** What a pipeline would register, the ordered service first. */
  prepare(order: SandboxOrder): Promise<(PipelineRegistration & { key: string })[]>;
  /**
   * Changes what the release changes as a pipeline would, and reports how its deployments end later.
   * @param deployments what was registered, by the name of its service
   */
  deploy(order: SandboxOrder, deployments: Record<string, string>): Promise<void>;
}

/**
 * The sandbox as the API plays with it, over its control address.
 * @param ownUrl where the sandbox's pipeline reports to; asked late, because the port is known late
 */
export function createSandboxWorld(controlUrl: string, ownUrl: () => string): SandboxWorld {
  return {
    async shown() {
      const shown = (await ask('GET', `${controlUrl}/fleet`)) as Omit<SandboxShown, 'key'>[];
      return shown.map(({ services, ...rest }) => ({
        ...rest,
        services: services.map((one) => ({ ...one, key: keyOf(one.name) })),
      }));
    },
    async listeningSince() {
      return ((await ask('GET', `${controlUrl}/listening`)) as { since: number }).since;
    },
    async prepare(order) {
      const registered = (await ask('POST', `${controlUrl}/prepare`, order)) as PipelineRegistration[];
      return registered.map((one) => ({ ...one, key: keyOf(one.service) }));
    },
    async deploy(order, deployments) {
      await ask('POST', `${controlUrl}/deploy`, { ...order, report: { url: ownUrl(), deployments } });
    },
  };
}

function keyOf(name: string): string {
  return `${clusterName}/${namespace}/${name}`;
}

/** A pipeline builds and pushes before it deploys. */
const answersWithinMs = 20_000;

async function ask(method: 'GET' | 'POST', url: string, body?: unknown): Promise<unknown> {
  const answer = await request(url, {
    method,
    headersTimeout: answersWithinMs,
    bodyTimeout: answersWithinMs,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`the sandbox answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}
