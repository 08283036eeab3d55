import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { ContainerReport, PodSpecToRun } from '../kubernetes/index.ts';
import { createSampleServices, type SampleServices } from './create-sample-services.ts';
import { imageFor } from './image-catalog.ts';

let services: SampleServices;

afterEach(() => services.close());

const digest = `sha256:${'4'.repeat(64)}`;

function pod(image: string, name = 'checkout-7d4b9c-x2x4z'): PodSpecToRun {
  return {
    uid: `uid-of-${name}`,
    namespace: 'shop',
    name,
    labels: { app: 'checkout' },
    node: 'node-1',
    ip: '10.1.0.7',
    restartCount: 0,
    containers: [
      { name: 'app', image: `sandbox.local/checkout@${digest}`, taggedImage: image, digest, env: {} },
    ],
  };
}

function start(image: string) {
  const reports: ContainerReport[] = [];
  services = createSampleServices({ startupMs: 30, graceMs: 200 });
  const running = services.run(pod(image), (report) => reports.push(report));
  const until = (state: string) =>
    expect
      .poll(() => reports.map((report) => JSON.stringify(report)).join(), { timeout: 10_000 })
      .toContain(state);
  return { reports, running, until };
}

async function get(path: string): Promise<{ status: number; text: string }> {
  const { statusCode, body } = await request(`${services.targets()[0]?.url}${path}`);
  return { status: statusCode, text: await body.text() };
}

describe('a sample pod', () => {
  it('becomes ready, answers, counts what it answered, and is gone after stop', async () => {
    const { reports, running, until } = start(imageFor('checkout', 41));
    await until('"ready":true');
    expect(reports).toEqual([
      { state: 'running', ready: false },
      { state: 'running', ready: true },
    ]);
    expect(services.targets()).toMatchObject([
      { service: 'checkout', namespace: 'shop', pod: 'checkout-7d4b9c-x2x4z', ready: true, version: 'v41' },
    ]);
    for (let i = 0; i < 3; i += 1) expect((await get('/items')).status).toBe(200);
    expect((await get('/health')).status).toBe(200);
    const { text } = await get('/metrics');
    expect(text).toContain('http_requests_total{service="checkout",status="200",method="GET"} 3');
    expect(text).toContain(
      'http_request_duration_seconds_bucket{le="+Inf",service="checkout",method="GET"} 3',
    );
    expect(text).toMatch(
      /lastgood_sandbox_build_info\{service="checkout",version="v41",image="[^"]+",digest="sha256:4+"\} 1/,
    );

    const url = services.targets()[0]?.url ?? '';
    await running.stop();
    expect(services.targets()).toEqual([]);
    await expect(request(`${url}/health`)).rejects.toThrow(/ECONNREFUSED|closed/);
  });

  it('fails a share of the requests when its version does', async () => {
    const { until } = start(imageFor('checkout', 42, 'errors'));
    await until('"ready":true');
    const answers = await Promise.all(Array.from({ length: 200 }, () => get('/')));
    const failed = answers.filter((answer) => answer.status >= 500).length;
    expect(failed).toBeGreaterThan(40);
    expect(failed).toBeLessThan(110);
  });

  it('exits when its version crashes, and reports nothing after stop', async () => {
    const { reports, running, until } = start(imageFor('checkout', 43, 'crashloop'));
    await until('"terminated","exitCode":1');
    expect(services.targets()).toEqual([]);
    const before = reports.length;
    await running.stop();
    expect(reports).toHaveLength(before);
  });

  it('waits for an image that the registry does not have', async () => {
    const { until } = start('sandbox.local/checkout:nonsense');
    await until('ErrImagePull');
    await until('ImagePullBackOff');
    expect(services.targets()).toEqual([]);
  });

  it('says nothing when it is stopped before it started', async () => {
    const { reports, running } = start(imageFor('checkout', 41));
    await running.stop();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(reports).toEqual([]);
    expect(services.targets()).toEqual([]);
  });
});
