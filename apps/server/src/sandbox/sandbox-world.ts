import { clusterName, fleet, namespace } from '@lastgood/sandbox/world/index';
import { request } from 'undici';

/** A sample version somebody may bring out in the sandbox. */
interface SandboxVersion {
  tag: string;
  behaviour: string;
  description: string;
  healthy: boolean;
}

/** The sandbox world as the API plays with it. */
export interface SandboxWorld {
  services(): Promise<{ key: string; name: string; versions: SandboxVersion[]; running: string | null }[]>;
  /** Since when its metric store listens: of before it knows nothing. Epoch milliseconds. */
  listeningSince(): Promise<number>;
  /** Container to image, as a pipeline would know them. */
  images(service: string, tag: string): Record<string, string>;
  /** Changes the workload in the sandbox cluster as a pipeline would, and reports the deployment's end later. */
  deploy(service: string, tag: string, deploymentId: string): Promise<void>;
}

interface FleetRow {
  name: string;
  running: string | null;
  versions: SandboxVersion[];
}

/**
 * The sandbox as the API plays with it, over its control address.
 * @param ownUrl where the sandbox's pipeline reports to; asked late, because the port is known late
 */
export function createSandboxWorld(controlUrl: string, ownUrl: () => string): SandboxWorld {
  return {
    async services() {
      const rows = (await ask('GET', `${controlUrl}/fleet`)) as FleetRow[];
      return rows.map((row) => ({ key: keyOf(row.name), ...row }));
    },
    async listeningSince() {
      return ((await ask('GET', `${controlUrl}/listening`)) as { since: number }).since;
    },
    images(key, tag): Record<string, string> {
      const service = fleet.find(({ name }) => keyOf(name) === key);
      return service ? { app: `sandbox.local/${service.name}:${tag}` } : {};
    },
    async deploy(key, tag, deploymentId) {
      const service = fleet.find(({ name }) => keyOf(name) === key)?.name;
      await ask('POST', `${controlUrl}/deploy`, { service, tag, report: { url: ownUrl(), deploymentId } });
    },
  };
}

function keyOf(name: string): string {
  return `${clusterName}/${namespace}/${name}`;
}

async function ask(method: 'GET' | 'POST', url: string, body?: unknown): Promise<unknown> {
  const answer = await request(url, {
    method,
    headersTimeout: 5_000,
    bodyTimeout: 5_000,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`the sandbox answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}
