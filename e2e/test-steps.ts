import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Lastgood } from './lastgood.ts';

export interface RunRow {
  id: string;
  service: string;
  status: string;
  verdict: string | null;
  requester: { kind: string; name: string };
  from: { release: number; version: string | null };
  target: { release: number; version: string | null };
  targetDeploymentId: string;
}

export async function runs(lastgood: Lastgood): Promise<RunRow[]> {
  return (await lastgood.get<{ items: RunRow[] }>('/api/v1/runs')).items;
}

/** Tries until it holds; says what it saw last when it never does. */
export async function eventually<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  withinMs: number,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const seen = await look().catch((error: unknown) => error as T);
    if (!(seen instanceof Error) && holds(seen)) return seen;
    if (Date.now() > until)
      throw new Error(`not within ${withinMs / 1000} s; last seen: ${JSON.stringify(seen, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Presses *Deploy* in the sandbox's panel and waits for the deployment's page. */
export async function deployByHand(
  page: Page,
  lastgood: Lastgood,
  service: string,
  behaviour: string,
): Promise<string> {
  await page.goto(lastgood.url);
  await page.getByRole('heading', { name: 'Try it' }).waitFor();
  await page.getByLabel('Service', { exact: true }).first().click();
  await page.getByRole('option', { name: service, exact: true }).click();
  const button = page.getByRole('button', {
    name: new RegExp(
      `Deploy .*version v\\d+${behaviour === 'healthy' ? '' : `-${behaviour}`} of ${service}$`,
    ),
  });
  await button.click();
  await page.waitForURL(/\/deployments\//);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** Deploys this version through the API and waits until it is complete in the cluster. */
export async function deployQuietly(lastgood: Lastgood, service: string, tag: string): Promise<string> {
  const sent = { service: `sandbox/shop/${service}`, tag };
  const { status, body } = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', sent);
  expect(status, JSON.stringify(body)).toBe(201);
  await eventually(
    () => lastgood.get<{ deployment: { status: string } }>(`/api/v1/deployments/${body.id}`),
    ({ deployment }) => deployment.status === 'completed',
    60_000,
  );
  return body.id;
}

interface SampleService {
  service: string;
  name: string;
  running: string | null;
  versions: { tag: string }[];
}

/** What the sandbox offers to bring out. */
export async function sampleServices(lastgood: Lastgood): Promise<SampleService[]> {
  const { shown } = await lastgood.get<{ shown: { services: SampleService[] }[] }>('/api/v1/sandbox');
  return shown.flatMap(({ services }) => services);
}

/** The image the cluster's pods are asked to run, by the sandbox's own word. */
export async function runningVersion(lastgood: Lastgood, service: string): Promise<string | null> {
  return (await sampleServices(lastgood)).find(({ name }) => name === service)?.running ?? null;
}

export function expectNoComplaints(complaints: readonly string[]): void {
  expect(complaints, 'the browser console stays clean').toEqual([]);
}
