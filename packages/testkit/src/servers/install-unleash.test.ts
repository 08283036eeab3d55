import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { realUnleashMissing, type UnleashPlace } from './install-unleash.ts';

let base: string;
let place: UnleashPlace;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'install-unleash-'));
  place = { home: join(base, 'servers', 'unleash'), failedAt: join(base, 'failed-at'), env: {}, npm: '' };
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const calls = () => readFileSync(join(base, 'calls'), 'utf8').trim().split('\n');

/** In place of npm, for the registry must not be there. */
function npmThat(does: string): void {
  const npm = join(base, 'npm');
  writeFileSync(npm, `#!/bin/sh\necho "$*" >> '${base}/calls'\n${does}\n`);
  chmodSync(npm, 0o755);
  place = { ...place, npm, env: { PATH: '/usr/bin:/bin' } };
}

it('goes on meanwhile, and gives a registry up soon that swallows packets', async () => {
  npmThat('sleep 0.3; echo "npm error network timeout" >&2; exit 1');
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 20);
  expect(await realUnleashMissing(place)).toBe(
    'npm could not install unleash-server: npm error network timeout',
  );
  clearInterval(ticking);
  expect(ticks).toBeGreaterThan(3);
  const [call] = calls();
  for (const option of ['--fetch-timeout=10000', '--fetch-retries=1', '--prefer-offline'])
    expect(call).toContain(option);
});

it('does not try again within the hour, and then does', async () => {
  npmThat('exit 1');
  await realUnleashMissing(place);
  expect(await realUnleashMissing(place)).toMatch(
    /npm could not install .* \(tried within the hour: remove /,
  );
  expect(calls()).toHaveLength(1);
  const old = Date.now() / 1_000 - 3_700;
  utimesSync(place.failedAt, old, old);
  npmThat('touch installed');
  expect(await realUnleashMissing(place)).toBeNull();
  expect(existsSync(join(place.home, 'installed'))).toBe(true);
});

it('is left out where the environment says so', async () => {
  npmThat('exit 0');
  place.env.LASTGOOD_TEST_UNLEASH = '0';
  expect(await realUnleashMissing(place)).toBe('LASTGOOD_TEST_UNLEASH=0 leaves it out');
  expect(existsSync(join(base, 'calls'))).toBe(false);
});
