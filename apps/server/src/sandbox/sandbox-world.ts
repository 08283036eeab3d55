import { clusterName, fleet, namespace } from '@lastgood/sandbox/world/index';
import { request } from 'undici';
import type { SandboxVersion, SandboxWorld } from '../dependencies.ts';

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
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`the sandbox answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}
