import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { loadConfig } from '@lastgood/server/config/load-config';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { healthcheckOf, stagesOf } from './dockerfile.ts';
import { root } from './lock.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Labels {
  matchLabels: Record<string, string>;
}
interface Peer {
  ports: { protocol: string; port: string | number }[];
}
interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  ports: { name: string; containerPort: number }[];
  securityContext: object;
  resources: { requests: object; limits: object };
  livenessProbe: Probe;
  readinessProbe: Probe;
  startupProbe: Probe;
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  data: Record<string, string>;
  spec: {
    podSelector: Labels;
    selector: Labels & Record<string, string>;
    ports: { port: number; targetPort: string }[];
    policyTypes: string[];
    ingress: Peer[];
    egress: Peer[];
    template: {
      metadata: { labels: Record<string, string> };
      spec: { serviceAccountName: string; securityContext: object; containers: [Container] };
    };
  };
}

const manifests = ['rbac', 'lastgood', 'network-policy'].flatMap((file) =>
  parseAllDocuments(read(`deploy/kubernetes/${file}.yaml`)).map((document) => document.toJS() as Manifest),
);
const the = (kind: string): Manifest => {
  const found = manifests.filter((one) => one.kind === kind);
  if (!found[0] || found.length > 1) throw new Error(`${found.length} of ${kind}`);
  return found[0];
};
const deployment = the('Deployment').spec;
const pod = deployment.template.spec;
const [container] = pod.containers;

describe('the Dockerfile', () => {
  const text = read('Dockerfile');
  const stages = stagesOf(text);
  const last = stages.at(-1) ?? [];

  test('pins its base by digest, in one place', () => {
    expect(text.match(/@sha256:[0-9a-f]{64}$/gm)).toHaveLength(1);
    expect(stages.map(([from]) => from?.rest.split(' ')[0])).toEqual(stages.map(() => '$' + '{NODE_IMAGE}'));
    expect(stages.length).toBeGreaterThan(1);
  });
  test('ships only what the production tree holds, of root, and runs it without its rights', () => {
    const copies = last.filter(({ word }) => /^(COPY|ADD)$/.test(word)).map(({ rest }) => rest);
    expect(copies).toEqual(['--from=build /lastgood .']);
    expect(stages[0]?.some(({ rest }) => rest.includes('production-tree.ts /lastgood'))).toBe(true);
    const runs = last.filter(({ word }) => word === 'RUN').map(({ rest }) => rest.replace(/\s+/g, ' '));
    expect(runs).toEqual([
      'apt-get update && apt-get install -y --no-install-recommends git openssh-client ca-certificates && rm -rf /var/lib/apt/lists/*',
    ]);
    const words = last.map(({ word }) => word);
    expect(words.indexOf('RUN')).toBeLessThan(words.indexOf('USER'));
    const [{ rest: user } = { rest: '' }] = last.filter(({ word }) => word === 'USER').slice(-1);
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });
  test.each([
    ['0.0.0.0', 'in the configuration', 0],
    ['127.0.0.1', 'in the environment', 0],
    ['0.0.0.0', 'in the configuration', 1],
  ])('asks the server whether it lives, at %s and the port that stands %s: %i', async (host, where, code) => {
    const asked: string[] = [];
    const server = createServer(({ url = '' }, answer) => {
      asked.push(url);
      answer.writeHead(code === 0 ? 200 : 503).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), 'lastgood-alive-'));
    const inFile = where === 'in the configuration';
    const token = `tokens: [{ name: ci, sha256: ${'a'.repeat(64)} }]`;
    writeFileSync(
      join(folder, 'lastgood.yaml'),
      `server: { host: ${host}, ${inFile ? `port: ${port}, ` : ''}${token} }\n`,
    );
    const env = { PATH: process.env.PATH ?? '', ...(inFile ? {} : { LASTGOOD_PORT: String(port) }) };
    const [program = '', script = ''] = healthcheckOf(text);
    expect(program).toBe('node');
    const child = spawn(process.execPath, [join(root, script)], { cwd: folder, env, stdio: 'inherit' });
    const [exit] = await once(child, 'exit');
    server.close();
    expect({ exit, asked }).toEqual({ exit: code, asked: ['/healthz'] });
  });
});

describe('docker-compose.yml', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, Record<string, unknown>>;
  };

  test.each(['lastgood', 'prometheus'])('%s cannot write to its image or gain rights', (name) => {
    expect(services[name]).toMatchObject({
      ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
      restart: 'unless-stopped',
    });
  });
  test('every service starts again by itself, and none has more rights than it needs', () => {
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({ restart: 'unless-stopped' });
      expect(service.security_opt).toContain('no-new-privileges:true');
      expect(Object.keys(service)).not.toContain('privileged');
    }
  });
  test('Lastgood can be reached from this machine only, and its mounts are read-only', () => {
    expect(services.lastgood?.ports).toEqual(['127.0.0.1:4600:4600']);
    for (const volume of (services.lastgood?.volumes ?? []) as string[]) expect(volume).toMatch(/:ro$/);
    expect(services.lastgood?.tmpfs).toHaveLength(1);
  });
  test('Lastgood is killed only well after its own deadline', () => {
    const [, ownSeconds = ''] = /withinMs: (\d+)_000/.exec(read('apps/server/src/main.ts')) ?? [];
    const [, seconds = ''] = /^(\d+)s$/.exec(String(services.lastgood?.stop_grace_period)) ?? [];
    expect(Number(ownSeconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeGreaterThanOrEqual(2 * Number(ownSeconds));
  });
});

describe('the manifests for a cluster', () => {
  test('are taken by an API server that refuses unknown fields', async () => {
    const sandbox = await startKubernetesSandbox({ namespaces: ['lastgood'] });
    try {
      for (const kind of ['ConfigMap', 'Deployment', 'Service']) {
        const manifest = the(kind);
        const group = manifest.apiVersion === 'v1' ? 'api/v1' : `apis/${manifest.apiVersion}`;
        const path = `${group}/namespaces/lastgood/${kind.toLowerCase()}s?fieldValidation=Strict`;
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${sandbox.url}/${path}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(manifest),
        });
        expect([kind, answer.status, answer.status === 201 ? '' : await answer.text()]).toEqual([
          kind,
          201,
          '',
        ]);
      }
    } finally {
      await sandbox.close();
    }
  });
  test('the pods are restricted as the Pod Security Standards have it, and bounded', () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
    expect(Object.keys(container.resources.requests)).toEqual(['cpu', 'memory']);
    expect(container.resources.limits).toHaveProperty('memory');
  });
  test('the probes ask addresses and a port that are there', () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const asked = [startupProbe, livenessProbe, readinessProbe].map(
      ({ httpGet }) => `${httpGet.port}${httpGet.path}`,
    );
    expect(asked).toEqual(['http/healthz', 'http/healthz', 'http/readyz']);
    expect(container.ports.map(({ name }) => name)).toEqual(['http']);
  });
  test('the Service and the policy select these pods, by a port that they have', () => {
    const { labels } = deployment.template.metadata;
    expect(deployment.selector.matchLabels).toEqual(labels);
    expect(the('Service').spec.selector).toEqual(labels);
    expect(the('NetworkPolicy').spec.podSelector.matchLabels).toEqual(labels);
    const ports = [
      ...the('Service').spec.ports.map(({ targetPort }) => targetPort),
      ...the('NetworkPolicy').spec.ingress.flatMap((rule) => rule.ports.map(({ port }) => port)),
    ];
    expect(new Set(ports)).toEqual(new Set(['http']));
  });
  test('the policy judges both ways, every rule names ports, and what Lastgood asks is among them', () => {
    const { policyTypes, ingress, egress } = the('NetworkPolicy').spec;
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    for (const rule of [...ingress, ...egress]) {
      expect(rule.ports.length).toBeGreaterThan(0);
      expect(Object.keys(rule)).toContain(ingress.includes(rule) ? 'from' : 'to');
    }
    const reached = egress.flatMap(({ ports }) => ports.map(({ port }) => port));
    expect(new Set(reached)).toEqual(new Set([53, 443, 6443, 9090, 5432]));
  });
  test('the account of the pods is the one the rights are bound to', () => {
    const { metadata } = the('ServiceAccount');
    expect(pod.serviceAccountName).toBe(metadata.name);
    expect(the('RoleBinding')).toMatchObject({ subjects: [{ kind: 'ServiceAccount', ...metadata }] });
    expect(new Set(manifests.map((one) => one.metadata.namespace))).toEqual(
      new Set(['lastgood', 'shop', undefined]),
    );
  });
  test('the configuration in it is accepted, and so is that of the compose file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lastgood-deploy-'));
    const env = { DATABASE_URL: 'postgresql://db/lastgood', LASTGOOD_TOKEN_SHA256: 'a'.repeat(64) };
    for (const text of [the('ConfigMap').data['lastgood.yaml'] ?? '', read('deploy/lastgood.yaml')]) {
      const file = join(folder, 'lastgood.yaml');
      writeFileSync(file, text);
      const config = loadConfig({ env: { ...env, LASTGOOD_CONFIG: file }, cwd: folder, pid: 1 });
      expect(config.server).toMatchObject({ host: '0.0.0.0', port: container.ports[0]?.containerPort });
      expect(config.sandbox).toBe(false);
    }
  });
});
